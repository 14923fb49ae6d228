#include "http/operation/prometheus_text.hpp"

#include <charconv>

namespace muster::http {

namespace {

std::string plain(double number) {
  char digits[64];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed).ptr;
  return {digits, end};
}

} // namespace

void prometheus_text::begin(std::string_view name, kind type, std::string_view help) {
  name_ = name;
  text_.append("# HELP ").append(name).append(" ").append(help);
  text_.append("\n# TYPE ").append(name);
  switch (type) {
  case kind::counter:
    text_.append(" counter\n");
    break;
  case kind::gauge:
    text_.append(" gauge\n");
    break;
  case kind::histogram:
    text_.append(" histogram\n");
    break;
  }
}

void prometheus_text::line(std::string_view suffix, std::string_view labels,
                           std::string_view number) {
  text_.append(name_).append(suffix);
  if (!labels.empty()) {
    text_.append("{").append(labels).append("}");
  }
  text_.append(" ").append(number).append("\n");
}

void prometheus_text::sample(std::string_view labels, std::uint64_t number) {
  line({}, labels, std::to_string(number));
}

void prometheus_text::single(std::string_view name, kind type, std::string_view help,
                             std::uint64_t number) {
  begin(name, type, help);
  sample({}, number);
}

void prometheus_text::histogram(std::string_view labels, std::span<const std::uint64_t> bounds,
                                std::span<const std::uint64_t> counts, std::uint64_t sum,
                                double unit) {
  const std::string before = labels.empty() ? std::string{} : std::string(labels) + ",";
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    const std::string bound =
        i < bounds.size() ? plain(static_cast<double>(bounds[i]) / unit) : "+Inf";
    line("_bucket", before + "le=\"" + bound + "\"", std::to_string(total));
  }
  line("_sum", labels, plain(static_cast<double>(sum) / unit));
  line("_count", labels, std::to_string(total));
}

std::string prometheus_text::label(std::string_view name, std::string_view text) {
  std::string made(name);
  made.append("=\"");
  for (char c : text) {
    if (c == '\n') {
      made.append("\\n");
      continue;
    }
    if (c == '"' || c == '\\') {
      made.push_back('\\');
    }
    made.push_back(c);
  }
  made.push_back('"');
  return made;
}

} // namespace muster::http
