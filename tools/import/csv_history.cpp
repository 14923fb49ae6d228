#include "tools/import/csv_history.hpp"

#include "tools/import/csv_source.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

namespace muster::import {

namespace {

using nlohmann::json;

constexpr std::size_t points_in_piece = 500;

std::optional<std::int64_t> time_of(const std::string& text) {
  std::int64_t ts = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), ts);
  return failed == std::errc{} && end == text.data() + text.size() ? std::optional(ts)
                                                                   : std::nullopt;
}

} // namespace

csv_history::csv_history(const std::string& file, char delimiter)
    : stream_(file, std::ios::binary), reader_(stream_, delimiter) {}

result<void> csv_history::read_header(const std::vector<std::string>& header) {
  header_ = header;
  const auto name = std::find(header.begin(), header.end(), "name");
  const auto time = std::find(header.begin(), header.end(), "ts");
  if (name == header.end() || time == header.end() || header.size() < 3) {
    return fail(error_code::malformed,
                "the header must have the columns name and ts, and one for each key");
  }
  for (auto one = header.begin(); one != header.end(); ++one) {
    if (one->empty() || std::find(one + 1, header.end(), *one) != header.end()) {
      return fail(error_code::malformed, "column \"" + *one + "\" is empty or occurs twice");
    }
  }
  name_column_ = static_cast<std::size_t>(name - header.begin());
  time_column_ = static_cast<std::size_t>(time - header.begin());
  return {};
}

result<csv_history::line_of_history>
csv_history::read_line(const std::vector<std::string>& cells) const {
  if (cells.size() != header_.size()) {
    return fail(error_code::malformed, "there are " + std::to_string(cells.size()) +
                                           " fields, the header has " +
                                           std::to_string(header_.size()));
  }
  const auto ts = time_of(cells[time_column_]);
  if (!ts || cells[name_column_].empty()) {
    return fail(error_code::malformed,
                "name must be there and ts must be milliseconds since 1970 in digits");
  }
  json values = json::object();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!is_utf8(cells[i])) {
      return fail(error_code::malformed, "field " + std::to_string(i + 1) + " is not UTF-8");
    }
    if (i != name_column_ && i != time_column_ && !cells[i].empty()) {
      values[header_[i]] = value_of(cells[i]);
    }
  }
  return line_of_history{cells[name_column_], {{"ts", *ts}, {"values", std::move(values)}}};
}

result<void> csv_history::check(const std::string& file, char delimiter) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || !stream_) {
    return fail(error_code::not_found, "the file can't be opened");
  }
  csv_reader reader(stream, delimiter);
  const auto header = reader.next();
  if (!header) {
    return tl::unexpected(header.error());
  }
  if (auto read = read_header(header->value_or(std::vector<std::string>{})); !read) {
    return read;
  }
  for (auto cells = reader.next();; cells = reader.next()) {
    if (!cells) {
      return tl::unexpected(cells.error());
    }
    if (!*cells) {
      break;
    }
    if (const auto line = read_line(**cells); !line) {
      return fail(error_code::malformed,
                  "line " + std::to_string(reader.line()) + ": " + line.error().message);
    }
    ++count_;
  }
  std::error_code failed;
  identity_ = "history " + std::to_string(std::filesystem::file_size(file, failed)) + ' ' +
              std::to_string(count_);
  return reader_.next().map([](const auto&) {});
}

result<std::unique_ptr<csv_history>> csv_history::open(const std::string& file, char delimiter) {
  std::unique_ptr<csv_history> made(new csv_history(file, delimiter));
  if (auto checked = made->check(file, delimiter); !checked) {
    return fail(checked.error().code, file + ": " + checked.error().message);
  }
  return made;
}

result<std::optional<history_piece>> csv_history::next() {
  history_piece piece;
  while (piece.lines < points_in_piece) {
    if (!ahead_) {
      const auto cells = reader_.next();
      if (!cells) {
        return tl::unexpected(cells.error());
      }
      if (!*cells) {
        break;
      }
      auto line = read_line(**cells);
      if (!line) {
        return tl::unexpected(line.error());
      }
      ahead_ = std::move(*line);
      ahead_place_ = std::to_string(reader_.line());
    }
    if (piece.lines > 0 && ahead_->name != piece.device_name) {
      break;
    }
    if (piece.lines == 0) {
      piece.place = ahead_place_;
      piece.device_name = ahead_->name;
    }
    ++piece.lines;
    if (!ahead_->point["values"].empty()) {
      piece.points.push_back(std::move(ahead_->point));
    }
    ahead_.reset();
  }
  return piece.lines == 0 ? std::optional<history_piece>{} : std::optional{std::move(piece)};
}

} // namespace muster::import
