#include "tests/catch.hpp"
#include "tests/http_codec/bytes.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include <string>
#include <vector>

// The readers and writers against another library's.

using namespace muster;
using namespace muster::http;
using namespace muster::http::test;

namespace {

using tree = nlohmann::ordered_json;

std::string any_text(int longest) {
  static const std::vector<std::string> letters{"a",  "Z",  "7", " ", "\"",
                                                "\\", "\n", "ü", "€", "𝄞"};
  std::string text;
  for (int count = *rc::gen::inRange(0, longest); count > 0; --count) {
    text += *rc::gen::elementOf(letters);
  }
  return text;
}

std::int64_t any_integer() {
  // All sizes of numbers as often.
  return *rc::gen::arbitrary<std::int64_t>() >> *rc::gen::inRange(0, 64);
}

/// A document of at most `depth` levels; names and lengths of all head sizes.
tree any_tree(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 7 : 5)) {
  case 0:
    return nullptr;
  case 1:
    return *rc::gen::arbitrary<bool>();
  case 2:
    return any_integer();
  case 3:
    return static_cast<double>(*rc::gen::inRange(-1'000'000, 1'000'000)) / 64;
  case 4:
    return any_text(*rc::gen::element(3, 40, 300));
  case 5: {
    tree array = tree::array();
    for (int count = *rc::gen::inRange(0, 20); count > 0; --count) {
      array.push_back(any_tree(depth - 1));
    }
    return array;
  }
  default: {
    tree object = tree::object();
    for (int count = *rc::gen::inRange(0, 20); count > 0; --count) {
      object[any_text(6) + std::to_string(count)] = any_tree(depth - 1);
    }
    return object;
  }
  }
}

struct format {
  const codec* how;
  std::vector<std::uint8_t> (*write)(const tree&);
  tree (*read)(const std::string&);
};

const format formats[] = {
    {&cbor(), [](const tree& what) { return tree::to_cbor(what); },
     [](const std::string& bytes) { return tree::from_cbor(bytes); }},
    {&message_pack(), [](const tree& what) { return tree::to_msgpack(what); },
     [](const std::string& bytes) { return tree::from_msgpack(bytes); }},
};

std::string bytes_of(const format& each, const tree& what) {
  const auto made = each.write(what);
  return {made.begin(), made.end()};
}

} // namespace

TEST_CASE("what others write is read as it was meant") {
  for (const format& each : formats) {
    CHECK(rc::check(std::string{each.how->name()}, [&] {
      const tree document = any_tree(4);
      const auto read = payload::read_reply(each.how, bytes_of(each, document));
      RC_ASSERT(read.has_value());
      RC_ASSERT(tree::parse(read->text) == document);
    }));
  }
}

TEST_CASE("what is written others read as it was meant") {
  for (const format& each : formats) {
    CHECK(rc::check(std::string{each.how->name()}, [&] {
      const tree document = any_tree(4);
      RC_ASSERT(each.read(each.how->write(document.dump())) == document);
    }));
  }
}

TEST_CASE("a part of a document is none, and random changes never do harm") {
  for (const format& each : formats) {
    CHECK(rc::check(std::string{each.how->name()}, [&] {
      std::string bytes = bytes_of(each, any_tree(3));
      const auto part = *rc::gen::inRange<std::size_t>(0, bytes.size());
      RC_ASSERT(!payload::read_reply(each.how, bytes.substr(0, part)));
      for (int changes = *rc::gen::inRange(1, 5); changes > 0; --changes) {
        bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
      }
      if (const auto read = payload::read_reply(each.how, bytes)) {
        RC_ASSERT(tree::accept(read->text));
      }
      for (const auto& entry :
           payload::read_telemetry(each.how, bytes, {}).value_or(std::vector<telemetry_entry>{})) {
        RC_ASSERT(!entry.values.empty());
      }
    }));
  }
}

TEST_CASE("random bytes are a document or are refused") {
  for (const codec* how : {&cbor(), &message_pack(), &cayenne()}) {
    CHECK(rc::check(std::string{how->name()}, [&] {
      const auto bytes = *rc::gen::arbitrary<std::string>();
      const auto read = payload::read_reply(how, bytes);
      if (read) {
        RC_ASSERT(tree::accept(read->text));
      }
    }));
  }
}

TEST_CASE("telemetry means the same in every codec") {
  for (const format& each : formats) {
    CHECK(rc::check(std::string{each.how->name()}, [&] {
      tree message = tree::object();
      for (int count = *rc::gen::inRange(0, 6); count > 0; --count) {
        message["k" + any_text(3) + "z"] = any_tree(2);
      }
      if (*rc::gen::arbitrary<bool>()) {
        message = tree{{"ts", any_integer()}, {"values", message}};
      }
      const tree document = *rc::gen::arbitrary<bool>() ? tree::array({message, message}) : message;
      const auto in_json = payload::read_telemetry(nullptr, document.dump(), {});
      const auto in_binary = payload::read_telemetry(each.how, bytes_of(each, document), {});
      RC_ASSERT(in_json.has_value() == in_binary.has_value());
      if (in_json) {
        RC_ASSERT(*in_json == *in_binary);
      } else {
        RC_ASSERT(in_json.error() == in_binary.error());
      }
    }));
  }
}
