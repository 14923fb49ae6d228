#include "tools/bench/history.hpp"

#include "tools/bench/application.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace muster::bench {
namespace {

// Fixed, so that a later run finds the messages of an earlier one.
constexpr std::int64_t first_time = 1'700'000'000'000;
constexpr std::uint64_t messages_a_post = 500;

std::int64_t time_of(std::uint64_t message) {
  return first_time + static_cast<std::int64_t>(message) * 1000;
}

std::string post_body(const history_options& options, std::uint64_t from, std::uint64_t to) {
  std::string body = "[";
  for (std::uint64_t i = from; i < to; ++i) {
    body.append(i == from ? "{\"ts\":" : ",{\"ts\":").append(std::to_string(time_of(i)));
    body.append(",\"values\":{\"dense\":").append(std::to_string(i));
    if (i % options.spacing == 0)
      body.append(",\"sparse\":").append(std::to_string(i));
    body.append("}}");
  }
  return body.append("]");
}

void fill(const history_options& options, const device& of) {
  blocking_client client(options.where);
  std::string path = "/api/v1/" + std::string(of.token) + "/telemetry";
  for (std::uint64_t from = 0; from < options.messages; from += messages_a_post) {
    auto body = post_body(options, from, std::min(from + messages_a_post, options.messages));
    auto reply = client.ask(make_request("POST", path, options.where, {}, body));
    if (reply.status != 200)
      throw failure("filling the history: " + std::to_string(reply.status) + " " + reply.body);
  }
}

history_query ask(const history_options& options, const device& of, const std::string& key,
                  std::uint64_t limit) {
  blocking_client client(options.where);
  std::string path = "/api/plugins/telemetry/DEVICE/" + std::string(of.id) +
                     "/values/timeseries?keys=" + key +
                     "&startTs=0&endTs=" + std::to_string(time_of(options.messages)) +
                     "&limit=" + std::to_string(limit);
  auto request = make_request("GET", path, options.where, options.access_token, {});
  history_query result;
  for (std::size_t i = 0; i < options.repeats; ++i) {
    std::int64_t start = now_nanoseconds();
    auto reply = client.ask(request);
    result.seconds.push_back(static_cast<double>(now_nanoseconds() - start) / 1e9);
    if (reply.status != 200)
      throw failure("history: " + std::to_string(reply.status) + " " + reply.body);
    auto document = nlohmann::json::parse(reply.body, nullptr, false);
    if (!document.is_object() || !document.contains(key))
      throw failure("history: unexpected answer " + reply.body.substr(0, 200));
    result.points = document.at(key).size();
  }
  return result;
}

} // namespace

history_result run_history(const history_options& options, const device& of) {
  history_result result;
  std::int64_t start = now_nanoseconds();
  if (options.fill)
    fill(options, of);
  result.fill_seconds = static_cast<double>(now_nanoseconds() - start) / 1e9;
  result.sparse = ask(options, of, "sparse", 100);
  result.dense = ask(options, of, "dense", 1000);
  return result;
}

} // namespace muster::bench
