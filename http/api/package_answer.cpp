#include "http/api/package_answer.hpp"

#include "http/api/byte_range.hpp"

#include <algorithm>
#include <utility>

namespace muster::http {

namespace {

/// Whether the text can stand in a Content-Type header: `type/subtype`, maybe with parameters.
bool is_media_type(std::string_view text) {
  const auto token = [](std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
    });
  };
  const auto slash = text.find('/');
  if (slash == std::string_view::npos)
    return false;
  auto subtype = text.substr(slash + 1, text.find(';') - slash - 1);
  while (subtype.ends_with(' '))
    subtype.remove_suffix(1);
  return token(text.substr(0, slash)) && token(subtype);
}

std::size_t next_size(const package_window& left) {
  return static_cast<std::size_t>(std::min<std::uint64_t>(left.size, package_piece_size));
}

/// The rest of a package behind its beginning. Reads hold nothing of it: it may go at any time.
class package_source final : public body_source {
public:
  package_source(package_files& from, package_window left, package_piece beginning)
      : from_{from}, left_{left}, file_{std::move(beginning.file)}, beginning_{std::move(
                                                                        beginning.bytes)} {}

  void next(exchange_handle to) override {
    if (!beginning_.empty())
      return to.feed(taken(std::exchange(beginning_, {})));
    package_range wanted{left_.content, left_.offset, next_size(left_), file_, false};
    const bool last = wanted.size == left_.size;
    left_.offset += wanted.size;
    left_.size -= wanted.size;
    from_.read(std::move(wanted), [to, last](result<package_piece> read) {
      if (!read)
        return to.feed({body_piece::kind::failed, {}});
      to.feed({last ? body_piece::kind::last : body_piece::kind::data, std::move(read->bytes)});
    });
  }

private:
  body_piece taken(std::string bytes) {
    left_.offset += bytes.size();
    left_.size -= bytes.size();
    return {left_.size == 0 ? body_piece::kind::last : body_piece::kind::data, std::move(bytes)};
  }

  package_files& from_;
  package_window left_;
  std::shared_ptr<const void> file_;
  std::string beginning_;
};

} // namespace

void begin_package(package_files& from, const package_window& what,
                   std::function<void(result<package_piece>)> then) {
  if (what.size == 0)
    return then(package_piece{});
  from.read({what.content, what.offset, next_size(what), nullptr, next_size(what) < what.size},
            std::move(then));
}

void give_package(response& answer, package_files& from, package_window what,
                  package_piece beginning) {
  if (beginning.bytes.size() == what.size) {
    answer.body = std::move(beginning.bytes);
    return;
  }
  answer.source_length = what.size;
  answer.source = std::make_unique<package_source>(from, what, std::move(beginning));
}

response package_head(const package_info& package, std::string_view range, package_window& all) {
  const auto length = std::to_string(all.size);
  const auto asked = choose_range(range, all.size);
  response head{asked.what == byte_range::kind::whole  ? 200
                : asked.what == byte_range::kind::part ? 206
                                                       : 416};
  if (asked.what == byte_range::kind::part)
    head.header("Content-Range", "bytes " + std::to_string(asked.first) + '-' +
                                     std::to_string(asked.first + asked.size - 1) + '/' + length);
  if (asked.what == byte_range::kind::unsatisfiable)
    head.header("Content-Range", "bytes */" + length);
  all.offset += asked.first;
  all.size = asked.size;
  const auto& name = package.file_name.value_or("");
  const auto& type = package.content_type.value_or("");
  head.header("Accept-Ranges", "bytes");
  if (asked.what != byte_range::kind::unsatisfiable)
    head.header("Content-Disposition", "attachment;filename=" + name)
        .header("x-filename", name)
        .header("Content-Type", is_media_type(type) ? type : "application/octet-stream");
  return head;
}

} // namespace muster::http
