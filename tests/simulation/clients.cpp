#include "tests/simulation/clients.hpp"

#include <algorithm>
#include <utility>

namespace muster::test {

namespace {

using operation_kind = register_operation::kind;

constexpr std::size_t device_count = 5;
constexpr std::size_t client_count = 10;
const std::string attribute_key = "r";
/// Beyond a command's own time: its commit may wait.
constexpr milliseconds slack = 11'000;

tenant_id only_tenant() {
  return {*parse_uuid("00000000-0000-4000-8000-00000000aaaa")};
}

device_id device_number(std::size_t number) {
  device_id id{*parse_uuid("00000000-0000-4000-8000-000000000000")};
  id.value.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

command_sender the_device() {
  return device_sender{1};
}

command_sender an_application() {
  return caller{{}, authority::tenant_administrator, only_tenant(), {}};
}

template <class Rows>
std::optional<std::string> value_in(const Rows& rows) {
  for (const auto& one : rows) {
    if (one.key == attribute_key) {
      return std::to_string(std::get<std::int64_t>(one.val));
    }
  }
  return std::nullopt;
}

/// What a reply to a read says of the register; it is one that says something.
std::optional<std::string> value_read(const reply& what, attribute_scope scope) {
  if (const auto* of_device = std::get_if<device_attributes>(&what)) {
    return value_in(scope == attribute_scope::client ? of_device->client : of_device->shared);
  }
  return value_in(std::get<std::vector<attribute>>(what));
}

bool is_error(const reply* what) {
  return what == nullptr || std::holds_alternative<error>(*what);
}

} // namespace

clients::clients(world& in, database& common, requests& asked, nodes& all)
    : world_(in), common_(common), asked_(asked), nodes_(all) {
  make_devices();
}

void clients::make_devices() {
  for (std::size_t i = 0; i < device_count; ++i) {
    const device_id id = device_number(i);
    devices_.push_back(id);
    for (const auto scope :
         {attribute_scope::client, attribute_scope::shared, attribute_scope::server}) {
      registers_.push_back(std::make_unique<client_register>(client_register{id, scope, {}}));
    }
    device_info info;
    info.id = id;
    info.created = 1'699'000'000'000;
    info.tenant = only_tenant();
    info.name = "device " + std::to_string(i);
    info.type = "default";
    credentials access;
    access.device = id;
    access.credentials_id = "token-" + std::to_string(i);
    persistence::write row;
    row.device = id;
    row.shard = shard_of(id);
    row.epoch = persistence::new_device_epoch;
    row.mutations.emplace_back(persistence::put_device{std::nullopt, info});
    row.mutations.emplace_back(persistence::put_credentials{std::nullopt, access});
    common_.rows().commit({&row, 1});
  }
}

void clients::start() {
  for (std::size_t i = 0; i < client_count; ++i) {
    again(0, 1'000, [this] { act(); });
  }
  again(0, 1'000, [this] { ask_everybody(); });
  for (auto& one : registers_) {
    if (one->scope == attribute_scope::shared) {
      again(0, 2'000, [this, of = one.get()] { poll_changes(*of); });
      again(0, 2'000, [this, device = one->device] { poll_calls(device); });
    }
  }
}

void clients::again(milliseconds least, milliseconds most, std::function<void()> what) {
  world_.time.in(world_.chances.between(least, most), [this, what = std::move(what)] {
    if (!stopped_) {
      what();
    }
  });
}

node* clients::any_node() {
  auto& one = nodes_[world_.chances.below(nodes_.size())];
  return one && one->ready() ? one.get() : nullptr;
}

void clients::act() {
  const auto then = [this] { again(0, 30, [this] { act(); }); };
  node* by = any_node();
  if (by == nullptr) {
    return again(10, 100, [this] { act(); });
  }
  dice& chances = world_.chances;
  // Some are asked more often than others, so that reads meet writes.
  auto& chosen = *registers_[chances.below(chances.chance(0.6) ? 3 : registers_.size())];
  const double what = chances.real(0, 1);
  if (what < 0.4) {
    write(chosen, *by, then);
  } else if (what < 0.8) {
    read(chosen, *by, then);
  } else if (what < 0.9) {
    say(chosen.device, *by, then);
  } else {
    call(chosen.device, *by, then);
  }
}

/// Whoever would answer is asked, all at about the same time.
void clients::ask_everybody() {
  auto& chosen = *registers_[world_.chances.below(3)];
  for (auto& by : nodes_) {
    if (by != nullptr && by->ready()) {
      read(chosen, *by, [] {});
    }
  }
  again(1, 25, [this] { ask_everybody(); });
}

void clients::send(node& by, const device_id& device, command_sender who, command_body body,
                   milliseconds answered_within, answer then) {
  const milliseconds span = world_.chances.between(300, 6'000);
  const auto request = asked_.add(
      {std::move(then), &by.at(), world_.time.time() + std::max(span, answered_within) + slack});
  by.at().later(world_.chances.between(0, 2),
                [&by, device, request, span, who = std::move(who), body = std::move(body)] {
                  const milliseconds deadline = by.clock().now().steady + span;
                  by.routes().send({device, who, deadline, body}, by.clients().handle(request));
                });
}

void clients::write(client_register& to, node& by, const std::function<void()>& then) {
  ++writes;
  const std::int64_t value = ++last_value_;
  const std::size_t place = to.history.size();
  to.history.push_back({operation_kind::write, std::to_string(value), world_.moment()});
  send(by, to.device, to.scope == attribute_scope::client ? the_device() : an_application(),
       save_attributes{to.scope, {{attribute_key, value}}, false}, 0,
       [this, &to, place, then](const reply* what) {
         if (is_error(what)) {
           ++unknown;
         } else {
           to.history[place].end = world_.moment();
         }
         then();
       });
}

void clients::read(client_register& from, node& by, const std::function<void()>& then) {
  ++reads;
  const std::int64_t begun = world_.moment();
  const std::vector<std::string> keys{attribute_key};
  const bool device = from.scope != attribute_scope::server && world_.chances.chance(0.5);
  command_body body = device ? command_body(read_device_attributes{keys, keys})
                             : command_body(read_attributes{from.scope, keys});
  send(by, from.device, device ? the_device() : an_application(), std::move(body), 0,
       [this, &from, begun, then](const reply* what) {
         if (!is_error(what)) {
           from.history.push_back(
               {operation_kind::read, value_read(*what, from.scope), begun, world_.moment()});
         }
         then();
       });
}

void clients::say(const device_id& device, node& by, const std::function<void()>& then) {
  const std::int64_t value = ++last_value_;
  const std::size_t place = messages_.size();
  messages_.push_back({device, value});
  send(by, device, the_device(), save_telemetry{{{std::nullopt, {{"t", value}}}}, 0}, 0,
       [this, place, then](const reply* what) {
         messages_[place].acknowledged = !is_error(what);
         then();
       });
}

void clients::call(const device_id& device, node& by, const std::function<void()>& then) {
  const std::string params = std::to_string(++last_value_);
  const milliseconds span = world_.chances.between(200, 5'000);
  rpc_request request;
  for (std::size_t i = 0; i < sizeof(last_value_); ++i) {
    request.request_id.bytes[i] = static_cast<std::uint8_t>(last_value_ >> (8 * i));
  }
  request.method = "echo";
  request.params = {params};
  request.expiration = by.clock().now().wall + span;
  send(by, device, an_application(), send_rpc{request}, span,
       [this, params, then](const reply* what) {
         const auto* got = what == nullptr ? nullptr : std::get_if<rpc_answer>(what);
         answered_calls += got != nullptr ? 1 : 0;
         if (got != nullptr && got->response.text != params) {
           world_.wrong("a call got the answer of another one");
         }
         then();
       });
}

void clients::poll_changes(client_register& of) {
  const std::int64_t begun = world_.moment();
  poll(
      of.device,
      [](poll_id name, milliseconds span) {
        return poll_attributes{name, span};
      },
      [this, &of, begun](const reply& what) {
        const auto* changes = std::get_if<attribute_changes>(&what);
        if (changes != nullptr && value_in(changes->set)) {
          of.history.push_back(
              {operation_kind::read, value_in(changes->set), begun, world_.moment()});
        }
      },
      [this, &of] { poll_changes(of); });
}

void clients::poll_calls(const device_id& device) {
  poll(
      device,
      [](poll_id name, milliseconds span) {
        return poll_rpc{name, span};
      },
      [this, device](const reply& what) {
        if (const auto* delivery = std::get_if<rpc_delivery>(&what)) {
          const auto known =
              delivered_.try_emplace({device, delivery->number}, delivery->params.text).first;
          if (known->second != delivery->params.text) {
            world_.wrong("two calls came to a device under one number");
          }
          answer_call(device, *delivery);
        }
      },
      [this, device] { poll_calls(device); });
}

void clients::answer_call(const device_id& device, const rpc_delivery& what) {
  if (node* by = any_node(); by != nullptr && !world_.chances.chance(0.1)) {
    send(*by, device, the_device(), answer_rpc{what.number, answer_rpc::form::json, what.params}, 0,
         [](const reply*) {});
  }
}

void clients::poll(const device_id& device, std::function<command_body(poll_id, milliseconds)> body,
                   std::function<void(const reply&)> got, std::function<void()> again_later) {
  node* by = any_node();
  if (by == nullptr) {
    return again(10, 100, std::move(again_later));
  }
  const poll_id name{++last_poll_};
  const milliseconds span = world_.chances.between(0, 6'000);
  const auto report = [device, name](node& to, poll_report::outcome what) {
    to.routes().report({device, name, what});
  };
  // Its client still waits for the answer.
  const auto waits = std::make_shared<bool>(true);
  send(*by, device, the_device(), body(name, span), span,
       [=, this, got = std::move(got)](const reply* what) {
         if (!is_error(what) && *waits) {
           const bool written = !world_.chances.chance(0.1);
           report(*by, written ? poll_report::outcome::written : poll_report::outcome::lost);
           if (written) {
             got(*what);
           }
         }
         *waits = false;
         again(0, 50, again_later);
       });
  if (world_.chances.chance(0.1)) {
    by->at().later(world_.chances.between(5, span + 5), [=] {
      if (std::exchange(*waits, false)) {
        report(*by, poll_report::outcome::lost);
      }
    });
  }
}

void clients::read_all() {
  for (auto& one : registers_) {
    for (auto& by : nodes_) {
      read(*one, *by, [] {});
    }
  }
}

} // namespace muster::test
