#include "http/rest_api/package_data.hpp"

#include <algorithm>
#include <utility>

namespace muster::http::rest {

namespace {

constexpr std::string_view before_data = ",\"data\":\"";
constexpr std::string_view after_data = "\"}";
/// A multiple of three, so that the pieces' texts join.
constexpr std::size_t piece_size = std::size_t{48} * 1024;

std::uint64_t base64_size(std::uint64_t bytes) {
  return (bytes + 2) / 3 * 4;
}

void append_base64(std::string& out, std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto byte = [&](std::size_t at) {
    return at < bytes.size() ? std::uint32_t{static_cast<unsigned char>(bytes[at])} : 0U;
  };
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto three = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
    out += digits[three >> 18];
    out += digits[three >> 12 & 63];
    out += at + 1 < bytes.size() ? digits[three >> 6 & 63] : '=';
    out += at + 2 < bytes.size() ? digits[three & 63] : '=';
  }
}

class data_source final : public body_source {
public:
  data_source(package_files& from, std::string record, const package_window& all,
              std::shared_ptr<const void> file)
      : from_{from}, text_{std::move(record)}, left_{all}, file_{std::move(file)} {}

  void next(exchange_handle to) override {
    package_range wanted{left_.content, left_.offset,
                         static_cast<std::size_t>(std::min<std::uint64_t>(left_.size, piece_size)),
                         file_, false};
    const bool last = wanted.size == left_.size;
    left_.offset += wanted.size;
    left_.size -= wanted.size;
    from_.read(std::move(wanted),
               [to, last, text = std::exchange(text_, {})](result<package_piece> read) mutable {
                 if (!read) {
                   return to.feed({body_piece::kind::failed, {}});
                 }
                 append_base64(text, read->bytes);
                 if (last) {
                   text += after_data;
                 }
                 to.feed({last ? body_piece::kind::last : body_piece::kind::data, std::move(text)});
               });
  }

private:
  package_files& from_;
  /// What comes before the bytes, until it is sent.
  std::string text_;
  package_window left_;
  std::shared_ptr<const void> file_;
};

} // namespace

std::string with_data(std::string record, std::optional<std::string_view> bytes) {
  record.pop_back();
  if (!bytes) {
    return record + ",\"data\":null}";
  }
  record += before_data;
  append_base64(record, *bytes);
  return record.append(after_data);
}

void give_package_data(response& answer, package_files& from, std::string record,
                       const package_window& all, package_piece beginning) {
  if (beginning.bytes.size() == all.size) {
    answer.body = with_data(std::move(record), beginning.bytes);
    return;
  }
  record.pop_back();
  record += before_data;
  answer.source_length = record.size() + base64_size(all.size) + after_data.size();
  answer.source =
      std::make_unique<data_source>(from, std::move(record), all, std::move(beginning.file));
}

} // namespace muster::http::rest
