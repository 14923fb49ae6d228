#include "tests/catch.hpp"
#include "tests/http_codec/bytes.hpp"

// What single documents mean, and what is refused.

using namespace muster;
using namespace muster::http;
using namespace muster::http::test;

namespace {

struct row {
  std::string bytes;
  std::string meaning;
};

} // namespace

TEST_CASE("CBOR means what RFC 8949 says, in its examples") {
  const auto each = GENERATE(values<row>({
      {"00", "0"},
      {"17", "23"},
      {"1818", "24"},
      {"1903e8", "1000"},
      {"1a000f4240", "1000000"},
      {"1b000000e8d4a51000", "1000000000000"},
      {"1b7fffffffffffffff", "9223372036854775807"},
      {"1b8000000000000000", "9223372036854775808"},
      {"1bffffffffffffffff", "18446744073709551615"},
      {"20", "-1"},
      {"3903e7", "-1000"},
      {"3b7fffffffffffffff", "-9223372036854775808"},
      {"3b8000000000000000", "-9223372036854775809"},
      {"3bffffffffffffffff", "-18446744073709551616"},
      {"f90000", "0.0"},
      {"f98000", "-0.0"},
      {"f93c00", "1.0"},
      {"f93e00", "1.5"},
      {"f97bff", "65504.0"},
      {"f90001", "5.960464477539063E-8"},
      {"f90400", "6.103515625E-5"},
      {"f9c400", "-4.0"},
      {"fa47c35000", "100000.0"},
      {"fb3ff199999999999a", "1.1"},
      {"fb7e37e43c8800759c", "1.0E300"},
      {"f4", "false"},
      {"f5", "true"},
      {"f6", "null"},
      {"f7", "null"},
      {"60", R"("")"},
      {"6449455446", R"("IETF")"},
      {"62225c", R"("\"\\")"},
      {"62c3bc", R"("ü")"},
      {"80", "[]"},
      {"83010203", "[1,2,3]"},
      {"8301820203820405", "[1,[2,3],[4,5]]"},
      {"a0", "{}"},
      {"a26161016162820203", R"({"a":1,"b":[2,3]})"},
      {"7f657374726561646d696e67ff", R"("streaming")"},
      {"7fff", R"("")"},
      {"9fff", "[]"},
      {"9f018202039f0405ffff", "[1,[2,3],[4,5]]"},
      {"bf61610161629f0203ffff", R"({"a":1,"b":[2,3]})"},
      {"bf7f6161ff01ff", R"({"a":1})"},
      {"bf6346756ef563416d7421ff", R"({"Fun":true,"Amt":-2})"},
      // Tags are skipped: a time, a self-described document, two in one another.
      {"c11a514b67b0", "1363896240"},
      {"d9d9f7a0", "{}"},
      {"c0d81e0a", "10"},
      // Of equal names the last value stays, at the place of the first.
      {"a3616101616202616103", R"({"a":3,"b":2})"},
  }));
  CAPTURE(each.bytes);
  CHECK(shown(cbor(), hex(each.bytes)) == each.meaning);
}

TEST_CASE("CBOR that can't be kept is refused and named") {
  const auto each = GENERATE(values<row>({
      {"", "error: The document is cut short at byte 0"},
      {"18", "error: The document is cut short at byte 1"},
      {"6261", "error: The document is cut short at byte 1"},
      {"8201", "error: The document is cut short at byte 2"},
      {"9f01", "error: The document is cut short at byte 2"},
      {"a16161", "error: The document is cut short at byte 3"},
      // Lengths that nobody has sent.
      {"7bffffffffffffffff", "error: The document is cut short at byte 9"},
      {"9bffffffffffffffff", "error: The document is cut short at byte 9"},
      {"bbffffffffffffffff", "error: The document is cut short at byte 9"},
      {"0000", "error: Nothing may follow the document, but something does at byte 1"},
      {"4101", "error: Byte strings can't be kept, send text such as Base64 at byte 1"},
      {"5f4101ff", "error: Byte strings can't be kept, send text such as Base64 at byte 1"},
      {"c24101", "error: Byte strings can't be kept, send text such as Base64 at byte 2"},
      {"f97c00", "error: A number must be finite at byte 3"},
      {"f97e00", "error: A number must be finite at byte 3"},
      {"faff800000", "error: A number must be finite at byte 5"},
      {"fb7ff8000000000000", "error: A number must be finite at byte 9"},
      {"a10001", "error: A name must be text at byte 2"},
      {"a1c0616101", "error: A name must be text at byte 2"},
      {"bf01ff", "error: A name must be text at byte 2"},
      {"62c328", "error: Text is not UTF-8 at byte 1"},
      {"7f61c361bcff", "error: Text is not UTF-8 at byte 2"},
      {"63eda080", "error: Text is not UTF-8 at byte 1"},
      {"7f01ff", "error: A text's piece is no text at byte 2"},
      {"7f7f6161ffff", "error: A text's piece is no text at byte 2"},
      {"1c", "error: An item has a reserved length at byte 1"},
      {"3f", "error: An item stands where none can at byte 1"},
      {"1f", "error: An item stands where none can at byte 1"},
      {"df", "error: An item stands where none can at byte 1"},
      {"ff", "error: An item stands where none can at byte 1"},
      {"81ff", "error: An item stands where none can at byte 2"},
      {"bf6161ff", "error: An item stands where none can at byte 4"},
      {"e0", "error: A simple value has no meaning here at byte 1"},
      {"f820", "error: A simple value has no meaning here at byte 2"},
  }));
  CAPTURE(each.bytes);
  CHECK(shown(cbor(), hex(each.bytes)) == each.meaning);
}

TEST_CASE("MessagePack means what its specification says") {
  const auto each = GENERATE(values<row>({
      {"00", "0"},
      {"7f", "127"},
      {"e0", "-32"},
      {"ff", "-1"},
      {"cc80", "128"},
      {"cdffff", "65535"},
      {"ceffffffff", "4294967295"},
      {"cfffffffffffffffff", "18446744073709551615"},
      {"d0df", "-33"},
      {"d1fffe", "-2"},
      {"d280000000", "-2147483648"},
      {"d38000000000000000", "-9223372036854775808"},
      {"ca3fc00000", "1.5"},
      {"cb3ff199999999999a", "1.1"},
      {"c0", "null"},
      {"c2", "false"},
      {"c3", "true"},
      {"a0", R"("")"},
      {"a2c3bc", R"("ü")"},
      {"d9026162", R"("ab")"},
      {"da00026162", R"("ab")"},
      {"db000000026162", R"("ab")"},
      {"90", "[]"},
      {"920103", "[1,3]"},
      {"dc0001c3", "[true]"},
      {"dd00000001c3", "[true]"},
      {"80", "{}"},
      {"81a16101", R"({"a":1})"},
      {"de0001d9016101", R"({"a":1})"},
      {"df00000001da00016101", R"({"a":1})"},
      {"83a16101a16202a16103", R"({"a":3,"b":2})"},
  }));
  CAPTURE(each.bytes);
  CHECK(shown(message_pack(), hex(each.bytes)) == each.meaning);
}

TEST_CASE("MessagePack that can't be kept is refused and named") {
  const auto each = GENERATE(values<row>({
      {"", "error: The document is cut short at byte 0"},
      {"cc", "error: The document is cut short at byte 1"},
      {"a261", "error: The document is cut short at byte 1"},
      {"9201", "error: The document is cut short at byte 2"},
      {"81a161", "error: The document is cut short at byte 3"},
      {"dbffffffff", "error: The document is cut short at byte 5"},
      {"ddffffffff", "error: The document is cut short at byte 5"},
      {"dfffffffff", "error: The document is cut short at byte 5"},
      {"0000", "error: Nothing may follow the document, but something does at byte 1"},
      {"c40101", "error: Byte strings can't be kept, send text such as Base64 at byte 1"},
      {"c6ffffffff", "error: Byte strings can't be kept, send text such as Base64 at byte 1"},
      {"ca7f800000", "error: A number must be finite at byte 5"},
      {"cb7ff8000000000000", "error: A number must be finite at byte 9"},
      {"810101", "error: A name must be text at byte 2"},
      {"a2c328", "error: Text is not UTF-8 at byte 1"},
      {"c1", "error: Extension types can't be kept at byte 1"},
      {"d6ff00000000", "error: Extension types can't be kept at byte 1"},
      {"c70100ff", "error: Extension types can't be kept at byte 1"},
  }));
  CAPTURE(each.bytes);
  CHECK(shown(message_pack(), hex(each.bytes)) == each.meaning);
}

TEST_CASE("Cayenne's readings become values with the channel in their names") {
  const auto each = GENERATE(values<row>({
      {"", "{}"},
      {"0367 0110 0567 00ff", R"({"temperature3":27.2,"temperature5":25.5})"},
      {"0167 ffd7", R"({"temperature1":-4.1})"},
      {"0671 04d2 fb2e 0000",
       R"({"acceleration6X":1.234,"acceleration6Y":-1.234,"acceleration6Z":0.0})"},
      {"0188 06765f f2960a 0003e8",
       R"({"latitude1":42.3519,"longitude1":-87.9094,"altitude1":10.0})"},
      {"0000 01 0268 65 0a65 ffff ff73 2710",
       R"({"digitalInput0":1,"humidity2":50.5,"illuminance10":65535,"pressure255":1000.0})"},
      {"0102 8000", R"({"analogInput1":-327.68})"},
      {"01", "error: The document is cut short at byte 1"},
      {"0167 00", "error: The document is cut short at byte 2"},
      {"0199 00", "error: There is no reading of type 153 at byte 2"},
  }));
  CAPTURE(each.bytes);
  CHECK(shown(cayenne(), hex(each.bytes)) == each.meaning);
}

TEST_CASE("Documents nested too deep are refused, however much deeper they go") {
  for (const auto& [how, array] :
       {std::pair{&cbor(), '\x81'}, std::pair{&message_pack(), '\x91'}}) {
    CAPTURE(how->name());
    CHECK(shown(*how, std::string(63, array) + (how == &cbor() ? "\x80" : "\x90")) ==
          std::string(64, '[') + std::string(64, ']'));
    const auto deep = shown(*how, std::string(1'000'000, array));
    CHECK(deep == "error: Nested deeper than 64 levels at byte 65");
  }
  // Tags are no levels, and cost nothing but their bytes.
  CHECK(shown(cbor(), std::string(1'000'000, '\xC1') + '\x01') == "1");
}

TEST_CASE("Values and names of one document are bounded") {
  std::string many = hex("9a 00200000");
  many.append(0x200000, '\xF6');
  CHECK(shown(cbor(), many).starts_with("error: More than 2000000 values in one document"));
  std::string names = hex("df 00040000");
  for (int i = 0; i < 0x40000; ++i) {
    names += hex("a16101");
  }
  const auto read = payload::read_telemetry(&message_pack(), names, {});
  REQUIRE(!read);
  CHECK(read.error().message == "More than 250000 members in one document");
}

TEST_CASE("Telemetry in CBOR follows the rules of telemetry in JSON") {
  const auto read = [](std::string_view bytes) {
    return payload::read_telemetry(&cbor(), hex(bytes), {});
  };
  using entries = std::vector<telemetry_entry>;
  // {"t":42.5,"n":null,"s":"42"}
  CHECK(*read("a3 6174 f95150 616e f6 6173 623432") ==
        entries{{std::nullopt, {{"t", value{42.5}}, {"s", value{std::int64_t{42}}}}}});
  // {"ts":5,"values":{"a":true}}, {"values":...,"ts":...}, a time as a double
  CHECK(*read("a2 627473 05 6676616c756573 a1 6161 f5") == entries{{5, {{"a", value{true}}}}});
  CHECK(*read("a2 6676616c756573 a1 6161 f5 627473 fb 4278bcfe56800000") ==
        entries{{1'700'000'000'000, {{"a", value{true}}}}});
  CHECK(*read("a2 6676616c756573 a1 6161 fb4000000000000000 627473 05") ==
        entries{{5, {{"a", value{2.0}}}}});
  CHECK(*read("81a1 6161 820102") == entries{{std::nullopt, {{"a", value{json_text{"[1,2]"}}}}}});
  CHECK(read("80")->empty());
  CHECK(read("05").error().message == "Expected an object or an array, found a number at $");
  CHECK(read("fa3f800000").error().message ==
        "Expected an object or an array, found a number at $");
  CHECK(read("a1 6120 01").error().code == error_code::invalid);
  CHECK(read("a2 627473 f4 6676616c756573 a0").error().message ==
        "Expected a number of 64 bits at $.ts");
}

TEST_CASE("Attributes, calls and replies are read in each codec") {
  const auto values =
      payload::read_attributes(&message_pack(), hex("81 a161 cb3ff8000000000000"), {});
  CHECK(*values == std::vector<key_value>{{"a", value{1.5}}});
  CHECK(!payload::read_attributes(&message_pack(), hex("90"), {}));
  const auto members = payload::read_members(&cbor(), hex("a2 6161 f93e00 6162 8101"));
  CHECK(*members == std::vector<json::member>{{"a", json_text{"1.5"}}, {"b", json_text{"[1]"}}});
  CHECK(!payload::read_members(&cbor(), hex("01")));
  CHECK(payload::read_reply(nullptr, "[1]")->text == "[1]");
  CHECK(!payload::read_reply(nullptr, "{a:1}"));
}

TEST_CASE("Answers are written in the codec, with its type") {
  const std::string text = R"({"client":{"a":1.5,"b":[-1,null,true]},"n":70000,"big":1e400})";
  const auto in_cbor = payload::answer(&cbor(), text);
  CHECK(in_cbor.content_type == "application/cbor");
  CHECK(to_hex(in_cbor.body) == "a366636c69656e74a26161fb3ff8000000000000616283"
                                "20f6f5616e1a0001117063626967653165343030");
  const auto packed = payload::answer(&message_pack(), text);
  CHECK(packed.content_type == "application/msgpack");
  CHECK(to_hex(packed.body) == "83a6636c69656e7482a161cb3ff8000000000000a16293"
                               "ffc0c3a16ece00011170a3626967a53165343030");
  for (const codec* how : {static_cast<const codec*>(nullptr), &cayenne()}) {
    const auto in_json = payload::answer(how, text);
    CHECK(in_json.content_type == "application/json");
    CHECK(in_json.body == text);
  }
}

TEST_CASE("What came in nested as deep as may be can be answered") {
  const std::string deep =
      R"({"client":{"a":)" + std::string(63, '[') + std::string(63, ']') + "}}";
  CHECK(payload::answer(&cbor(), deep).body.size() == 1 + 7 + 1 + 2 + 63);
}

TEST_CASE("Codecs are chosen by name and by Content-Type") {
  CHECK(codec_named("cbor") == &cbor());
  CHECK(codec_named("msgpack") == &message_pack());
  CHECK(codec_named("cayenne") == &cayenne());
  CHECK(codec_named("json") == nullptr);
  CHECK(codec_named("") == nullptr);
  CHECK(is_codec_name("json"));
  CHECK(is_codec_name("cbor"));
  CHECK(!is_codec_name("CBOR"));
  CHECK(!is_codec_name(""));
  for (const char* type : {"application/cbor", "Application/CBOR", "application/cbor; x=y",
                           "application/cbor ;charset=utf-8"}) {
    CHECK(codec_of_type(type) == &cbor());
  }
  for (const char* type :
       {"application/msgpack", "application/x-msgpack", "application/vnd.msgpack"}) {
    CHECK(codec_of_type(type) == &message_pack());
  }
  for (const char* type : {"", "application/json", "text/plain", "application/cbor-seq", "cbor",
                           ";application/cbor", "application/x-www-form-urlencoded"}) {
    CHECK(codec_of_type(type) == nullptr);
  }
}
