#include "persistence/rocksdb/transfer/export_line.hpp"

#include "actors/model/package.hpp"
#include "persistence/rocksdb/inspection/data_folder.hpp"
#include "persistence/rocksdb/inspection/row_json.hpp"
#include "persistence/rocksdb/inspection/row_names.hpp"
#include "persistence/rocksdb/transfer/base64.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace muster::persistence {

namespace {

using nlohmann::json;

constexpr int present_export = 1;

tl::unexpected<error> no_line(std::string why) {
  return fail(error_code::invalid, std::move(why));
}

std::optional<std::string> text_at(const json& line, const char* name) {
  const auto found = line.find(name);
  return found != line.end() && found->is_string() ? std::optional(found->get<std::string>())
                                                   : std::nullopt;
}

std::optional<std::string> bytes_at(const json& line, const char* name) {
  const auto text = text_at(line, name);
  return text ? rocks::from_hexadecimal(*text) : std::nullopt;
}

std::uint64_t number_at(const json& line, const char* name) {
  const auto found = line.find(name);
  return found != line.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

result<export_line> header_of(const json& line) {
  if (number_at(line, "export") != present_export) {
    return no_line("the export was written by a newer version of the program");
  }
  export_header header;
  const auto complete = line.find("complete");
  header.complete = complete != line.end() && complete->is_boolean() && complete->get<bool>();
  header.created = static_cast<timestamp>(number_at(line, "created"));
  if (const auto device = text_at(line, "device")) {
    const auto id = parse_uuid(*device);
    if (!id) {
      return no_line("\"device\" is no identifier");
    }
    header.device = device_id{*id};
  }
  return header;
}

result<export_line> row_of(std::string_view text, const json& line) {
  const auto family = text_at(line, "family");
  const auto& families = data_folder::families();
  if (!family || std::find(families.begin(), families.end(), *family) == families.end()) {
    return no_line("\"family\" is none of the store");
  }
  auto key = bytes_at(line, "hex");
  auto bytes = bytes_at(line, "bytes");
  if (!key || !bytes) {
    return no_line(R"(a row needs its key ("hex") and itself ("bytes"), hexadecimal)");
  }
  const auto same = line_of(*family, *key, *bytes, true);
  if (!same) {
    return no_line(same.error().message);
  }
  if (*same != text && json::parse(*same, nullptr, false)["row"] != line.value("row", json())) {
    return no_line(R"("row" shows something else than "bytes" holds, which is what is imported)");
  }
  return exported_row{*family, std::move(*key), std::move(*bytes)};
}

result<export_line> piece_of(const json& line) {
  exported_piece piece;
  const auto digest = bytes_at(line, "package");
  if (!digest || digest->size() != content_digest{}.size()) {
    return no_line("\"package\" is no SHA-256 in hexadecimal digits");
  }
  piece.package = rocks::hexadecimal(*digest);
  piece.size = number_at(line, "size");
  piece.at = number_at(line, "at");
  const auto text = text_at(line, "bytes");
  auto bytes = text ? from_base64(*text) : std::nullopt;
  if (!bytes) {
    return no_line("\"bytes\" is not base64");
  }
  if (bytes->empty() ? piece.size != 0 : piece.at + bytes->size() > piece.size) {
    return no_line("a piece of a package has more or fewer bytes than there can be");
  }
  piece.bytes = std::move(*bytes);
  return piece;
}

} // namespace

std::string line_of(const export_header& header) {
  nlohmann::ordered_json out{{"export", present_export},
                             {"of", header.device ? "device" : "all"},
                             {"complete", header.complete},
                             {"created", header.created}};
  if (header.device) {
    out["device"] = to_string(*header.device);
  }
  if (!header.complete) {
    out["note"] = "without secrets and exact rows: to be read, not to be imported";
  }
  return out.dump();
}

result<std::string> line_of(std::string_view family, std::string_view key, std::string_view bytes,
                            bool complete) {
  auto line = row_json(family, key, bytes, complete);
  if (line && complete) {
    line->pop_back();
    *line += ",\"bytes\":\"" + rocks::hexadecimal(bytes) + "\"}";
  }
  return line;
}

std::string line_of(const exported_piece& piece) {
  return nlohmann::ordered_json{{"package", piece.package},
                                {"size", piece.size},
                                {"at", piece.at},
                                {"bytes", base64(piece.bytes)}}
      .dump();
}

std::string line_of(const export_end& end) {
  return nlohmann::ordered_json{
      {"end", true}, {"rows", end.rows}, {"unreadable", end.unreadable}, {"pieces", end.pieces}}
      .dump();
}

result<export_line> parse_export_line(std::string_view text) {
  const auto line = json::parse(text, nullptr, false);
  if (!line.is_object()) {
    return no_line("it is no JSON object");
  }
  if (line.contains("export")) {
    return header_of(line);
  }
  if (line.contains("end")) {
    return export_end{number_at(line, "rows"), number_at(line, "unreadable"),
                      number_at(line, "pieces")};
  }
  if (line.contains("package")) {
    return piece_of(line);
  }
  return row_of(text, line);
}

} // namespace muster::persistence
