// Forms in pieces: the reader against the form it was made from, however the bytes are cut.
#include "http/rest_api/form_header.hpp"
#include "http/rest_api/multipart.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

#include <string>
#include <vector>

namespace muster::http::rest::test {

namespace {

struct part {
  std::string name;
  std::optional<std::string> file_name;
  std::string content_type;
  std::string bytes;
  bool ended = false;

  friend bool operator==(const part&, const part&) = default;
};

/// Keeps what it is given.
class collector final : public form_listener {
public:
  std::vector<part> parts;
  std::size_t most_bytes = 1 << 20;

  result<void> on_part(form_part head) override {
    parts.push_back({head.name, head.file_name, head.content_type, {}});
    return {};
  }
  result<void> on_bytes(std::string_view bytes) override {
    parts.back().bytes += bytes;
    if (parts.back().bytes.size() > most_bytes)
      return fail(error_code::invalid, "enough");
    return {};
  }
  result<void> on_part_end() override {
    parts.back().ended = true;
    return {};
  }
};

struct outcome {
  std::vector<part> parts;
  result<void> read;
  bool complete = false;
};

outcome read_in(const std::vector<std::string>& pieces, const std::string& boundary = "cut") {
  collector into;
  multipart_reader reader{boundary, into};
  outcome made;
  for (const auto& piece : pieces) {
    made.read = reader.read(piece);
    if (!made.read)
      break;
  }
  made.parts = std::move(into.parts);
  made.complete = reader.complete();
  return made;
}

std::string form(const std::vector<part>& parts) {
  std::string text;
  for (const auto& each : parts) {
    text += "--cut\r\nContent-Disposition: form-data; name=\"" + each.name + '"';
    if (each.file_name)
      text += "; filename=\"" + *each.file_name + "\"\r\nContent-Type: " + each.content_type;
    text += "\r\n\r\n" + each.bytes + "\r\n";
  }
  return text + "--cut--\r\n";
}

const part field{"checksumAlgorithm", std::nullopt, "", "SHA256", true};
const part file{"file", "a.bin", "application/x-a", std::string("\0\r\n--cu\r\n--\r--cut", 17),
                true};
const std::string good = form({field, file});

bool is_malformed(const outcome& seen) {
  return !seen.read && seen.read.error().code == error_code::malformed;
}

} // namespace

TEST_CASE("A form's parts come whole at every cut of its bytes") {
  const std::vector<part> expected{field, file};
  for (std::size_t at = 0; at <= good.size(); ++at) {
    const auto seen = read_in({good.substr(0, at), good.substr(at)});
    REQUIRE(seen.read);
    REQUIRE(seen.complete);
    REQUIRE(seen.parts == expected);
  }
  std::vector<std::string> single;
  for (const char c : good)
    single.emplace_back(1, c);
  CHECK(read_in(single).parts == expected);
}

TEST_CASE("Bytes of any kind pass through a form unchanged") {
  rc::check([] {
    // Bytes that look like parts of a boundary are what goes wrong if anything does.
    const auto shred =
        rc::gen::element<std::string>("\r", "\n", "-", "--", "cut", "cu", "\r\n--cut ",
                                      "\r\n--cut-", "\r\n--cutx", "a", " ", std::string(1, '\0'));
    std::vector<part> parts;
    for (const auto& shreds : *rc::gen::container<std::vector<std::vector<std::string>>>(
             *rc::gen::inRange(0, 5), rc::gen::container<std::vector<std::string>>(shred))) {
      part made{"p" + std::to_string(parts.size()), "n", "t/s", {}, true};
      for (const auto& each : shreds)
        made.bytes += each;
      // What really is a boundary can't be in the bytes.
      if (("\r\n" + made.bytes + "\r\n").find("\r\n--cut\r\n") == std::string::npos &&
          made.bytes.find("\r\n--cut--") == std::string::npos &&
          made.bytes.find("\r\n--cut ") == std::string::npos && !made.bytes.ends_with("\r\n--cut"))
        parts.push_back(std::move(made));
    }
    const auto text = form(parts);
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < text.size();) {
      const auto size = static_cast<std::size_t>(*rc::gen::inRange(1, 20));
      pieces.push_back(text.substr(at, size));
      at += size;
    }
    const auto seen = read_in(pieces);
    RC_ASSERT(seen.read.has_value());
    RC_ASSERT(seen.complete);
    RC_ASSERT(seen.parts == parts);
  });
}

TEST_CASE("Any bytes at all are read or refused, in any pieces alike") {
  rc::check([](const std::vector<std::string>& pieces) {
    std::string whole;
    for (const auto& piece : pieces)
      whole += piece;
    const auto cut = read_in(pieces, "a");
    const auto once = read_in({whole}, "a");
    RC_ASSERT(cut.read.has_value() == once.read.has_value());
    RC_ASSERT(cut.complete == once.complete);
  });
}

TEST_CASE("What stands around the parts, and blanks behind a boundary, mean nothing") {
  const auto seen =
      read_in({"preamble\r\n--cut \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1"
               "\r\n--cut--epilogue\r\n--cut\r\n"});
  REQUIRE(seen.read);
  CHECK(seen.complete);
  CHECK(seen.parts == std::vector<part>{{"a", std::nullopt, "", "1", true}});
}

TEST_CASE("A form that is cut off is not complete") {
  for (std::size_t size = 0; size < good.size() - 4; ++size) {
    const auto seen = read_in({good.substr(0, size)});
    REQUIRE(seen.read);
    REQUIRE(!seen.complete);
  }
}

TEST_CASE("Forms that are none are refused") {
  CHECK(is_malformed(read_in({"--cut\r\nno colon\r\n\r\n"})));
  CHECK(is_malformed(read_in({"--cut\r\n: no name\r\n\r\n"})));
  CHECK(is_malformed(read_in({"--cut\r\nContent-Type: a/b\r\n\r\n"})));
  CHECK(is_malformed(read_in({"--cut\r\n\r\n"})));
  CHECK(is_malformed(read_in({std::string(9'000, 'x')})));
}

TEST_CASE("Heads and their number are bounded, whatever the pieces") {
  const std::string head = "--cut\r\nContent-Disposition: form-data; name=a; x=";
  CHECK(is_malformed(read_in({head + std::string(9'000, 'x')})));
  CHECK(is_malformed(read_in({head + std::string(9'000, 'x') + "\r\n\r\n"})));
  std::vector<std::string> drops{head};
  for (int i = 0; i < 9'000; ++i)
    drops.emplace_back("x");
  CHECK(is_malformed(read_in(drops)));
  CHECK(read_in({form(std::vector<part>(16, field))}).complete);
  CHECK(is_malformed(read_in({form(std::vector<part>(17, field))})));
}

TEST_CASE("What the listener refuses ends the reading") {
  collector into;
  into.most_bytes = 3;
  multipart_reader reader{"cut", into};
  const auto read = reader.read(good);
  REQUIRE(!read);
  CHECK(read.error().message == "enough");
}

TEST_CASE("Boundaries are taken from the Content-Type") {
  CHECK(boundary_of("multipart/form-data; boundary=abc") == "abc");
  CHECK(boundary_of("Multipart/Form-Data;charset=utf-8; Boundary=\"a;b\"") == "a;b");
  CHECK(!boundary_of("multipart/form-data"));
  CHECK(!boundary_of("multipart/form-data; boundary="));
  CHECK(!boundary_of("multipart/form-data; boundary=" + std::string(71, 'x')));
  CHECK(!boundary_of("multipart/mixed; boundary=abc"));
  CHECK(!boundary_of(""));
}

TEST_CASE("File names are taken in the forms that clients send") {
  const std::string start = "form-data; name=\"file\"; ";
  CHECK(file_name_of(start + "filename=\"a b.bin\"") == "a b.bin");
  CHECK(file_name_of(start + "filename=a.bin") == "a.bin");
  CHECK(file_name_of(start + R"(filename="a\"b;c.bin")") == "a\"b;c.bin");
  CHECK(file_name_of(start + R"(filename="C:\new\a.bin")") == R"(C:\new\a.bin)");
  CHECK(file_name_of(start + "filename=\"x\"; filename*=utf-8''a%20%C3%A4.bin") == "a ä.bin");
  CHECK(file_name_of(start + "filename*=UTF-8'de'a.bin") == "a.bin");
  CHECK(file_name_of(start + "filename=\"x\"; filename*=latin1''y") == "x");
  CHECK(!file_name_of("form-data; name=\"file\""));
}

} // namespace muster::http::rest::test
