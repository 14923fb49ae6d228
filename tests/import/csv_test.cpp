#include "tests/catch.hpp"
#include "tools/import/csv.hpp"
#include "tools/import/csv_history.hpp"
#include "tools/import/csv_source.hpp"

#include <rapidcheck.h>

#include <sstream>
#include <variant>

using namespace muster;
using namespace muster::import;

namespace {

using table = std::vector<std::vector<std::string>>;

/// All records, or the error's message.
std::variant<table, std::string> read_all(const std::string& text, char delimiter = ',') {
  std::istringstream stream(text);
  csv_reader reader(stream, delimiter);
  table all;
  for (auto record = reader.next();; record = reader.next()) {
    if (!record) {
      return record.error().message;
    }
    if (!*record) {
      return all;
    }
    all.push_back(std::move(**record));
  }
}

} // namespace

TEST_CASE("CSV that is written is read again") {
  const auto held = rc::check("any fields, any line end", [] {
    const auto texts = *rc::gen::container<std::vector<std::vector<std::string>>>(rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::string>>(rc::gen::container<std::string>(
            rc::gen::elementOf(std::string("a\",\r\n ;\xc3\xa9"))))));
    const char delimiter = *rc::gen::element(',', ';', '\t');
    const std::string line_end = *rc::gen::element<std::string>("\n", "\r\n");
    std::string written;
    table expected;
    for (const auto& record : texts) {
      // A record of one empty field is an empty line, which is skipped.
      if (record.size() == 1 && record[0].empty()) {
        continue;
      }
      std::vector<std::string> fields;
      for (std::size_t i = 0; i < record.size(); ++i) {
        written += (i == 0 ? "" : std::string(1, delimiter)) + csv_field(record[i], delimiter);
        // Inside quotes CRLF is one line end.
        std::string field;
        for (std::size_t at = 0; at < record[i].size(); ++at) {
          const bool pair =
              record[i][at] == '\r' && at + 1 < record[i].size() && record[i][at + 1] == '\n';
          field += pair ? std::string() : std::string(1, record[i][at]);
        }
        fields.push_back(field);
      }
      written += line_end;
      expected.push_back(fields);
    }
    RC_ASSERT(std::get<table>(read_all(written, delimiter)) == expected);
  });
  CHECK(held);
}

TEST_CASE("CSV as spreadsheets write it") {
  CHECK(std::get<table>(read_all("\xEF\xBB\xBFname,token\r\n\r\na,\"b\"\"c\"\r\n")) ==
        table{{"name", "token"}, {"a", "b\"c"}});
  CHECK(std::get<table>(read_all("a,,")) == table{{"a", "", ""}});
  CHECK(std::get<table>(read_all("\n\n")) == table{});
  CHECK(std::get<std::string>(read_all("a\nb,\"c\nd")) == "line 2: a quote is never closed");
  CHECK(std::get<std::string>(read_all("a,b\"c")) == "line 1: a quote inside a field");
  CHECK(std::get<std::string>(read_all("\"a\"b")) == "line 1: a quote inside a field");
}

TEST_CASE("Columns of a file of devices") {
  const auto columns = read_header({"name", "type", "server:a:b", "client:c"});
  REQUIRE(columns);
  CHECK((*columns)[1].what == csv_column::kind::profile);
  CHECK((*columns)[2].key == "a:b");
  CHECK(read_header({"token"}).error().message == "there is no column \"name\"");
  CHECK(read_header({"name", "Name"}).error().message.starts_with("unknown column \"Name\""));
  CHECK(read_header({"name", "server:"}).error().message.starts_with("unknown column"));
  CHECK(read_header({"name", "type", "profile"}).error().message ==
        "column \"profile\" occurs twice");
}

TEST_CASE("Cells are values") {
  CHECK(value_of("1") == 1);
  CHECK(value_of("-1.5") == -1.5);
  CHECK(value_of("true") == true);
  CHECK(value_of("007") == "007");
  CHECK(value_of("\"1\"") == "1");
  CHECK(value_of("null") == "null");
  CHECK(value_of("a b") == "a b");
  CHECK(value_of("{\"a\":[1]}") == nlohmann::json{{"a", {1}}});
}

TEST_CASE("A device from its cells") {
  const auto columns = read_header({"name", "token", "shared:limit", "telemetry:t"});
  REQUIRE(columns);
  const auto device = read_device(*columns, {"d", "", "3", ""});
  REQUIRE(device);
  CHECK(device->name == "d");
  CHECK(device->shared == nlohmann::json{{"limit", 3}});
  CHECK(device->telemetry.empty());
  CHECK(read_device(*columns, {"d"}).error().message == "there are 1 fields, the header has 4");
  CHECK(read_device(*columns, {"d", "\xe9", "", ""}).error().message ==
        "field 2 is not UTF-8; convert the file first");
}
