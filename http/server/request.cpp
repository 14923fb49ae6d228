#include "http/server/request.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>

namespace muster::http {

namespace beast = boost::beast::http;

namespace {

using beast_text = boost::beast::string_view;

std::string_view plain(beast_text text) {
  return {text.data(), text.size()};
}

bool same(std::string_view left, std::string_view right) {
  return boost::beast::iequals({left.data(), left.size()}, {right.data(), right.size()});
}

method method_of(beast::verb verb) {
  switch (verb) {
  case beast::verb::get:
    return method::get;
  case beast::verb::head:
    return method::head;
  case beast::verb::post:
    return method::post;
  case beast::verb::put:
    return method::put;
  case beast::verb::delete_:
    return method::remove;
  case beast::verb::options:
    return method::options;
  case beast::verb::patch:
    return method::patch;
  default:
    return method::other;
  }
}

/// Whether the request line names a version like HTTP/2.0: well formed, but not ours.
bool names_other_version(std::string_view bytes) {
  const auto line = bytes.substr(0, bytes.find('\r'));
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (line.size() < 9)
    return false;
  const auto version = line.substr(line.size() - 9);
  return version.starts_with(" HTTP/") && digit(version[6]) && version[7] == '.' &&
         digit(version[8]) && version != " HTTP/1.0" && version != " HTTP/1.1";
}

bool has_bare_line_feed(std::string_view text) {
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    if (at == 0 || text[at - 1] != '\r')
      return true;
  return false;
}

/// Room for a head within our limits and for the parser to see that it is beyond them.
constexpr std::uint32_t parser_header_limit = max_request_line + max_header_bytes + 4096;

} // namespace

/// Beast's parser with its callbacks turned into calls of the request. It cannot be reused, hence
/// the optional around it.
class request::parser {
public:
  class reader final : public beast::basic_parser<true> {
  public:
    explicit reader(request& owner) : owner_{owner} {
      header_limit(parser_header_limit);
      body_limit(boost::none);
    }

  private:
    using error_code = boost::beast::error_code;

    void stop(error_code& ec) const {
      if (owner_.fault_)
        ec = beast::error::bad_field;
    }

    void on_request_impl(beast::verb verb, beast_text text, beast_text target, int version,
                         error_code& ec) override {
      owner_.method_ = method_of(verb);
      owner_.on_line(plain(text), plain(target), version);
      if (verb == beast::verb::connect && !owner_.fault_)
        owner_.refuse(501, "CONNECT is not implemented");
      stop(ec);
    }

    void on_field_impl(beast::field name, beast_text text, beast_text value,
                       error_code& ec) override {
      if (owner_.head_done_) {
        owner_.on_trailer(text.size() + value.size());
        return stop(ec);
      }
      owner_.on_field(plain(text), plain(value));
      if (owner_.fault_)
        return stop(ec);
      switch (name) {
      case beast::field::host:
        owner_.on_host(plain(value));
        break;
      case beast::field::transfer_encoding:
        owner_.on_transfer_encoding(plain(value));
        break;
      case beast::field::expect:
        (same(plain(value), "100-continue") ? owner_.expects_continue_ : owner_.expects_other_) =
            true;
        break;
      case beast::field::content_encoding:
        owner_.content_encoded_ |= !value.empty() && !same(plain(value), "identity");
        break;
      case beast::field::origin:
        owner_.has_origin_ = true;
        break;
      default:
        break;
      }
      stop(ec);
    }

    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(beast_text bytes, error_code&) override {
      owner_.on_body(plain(bytes));
      return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, beast_text extensions, error_code& ec) override {
      owner_.on_trailer(extensions.size());
      stop(ec);
    }
    std::size_t on_chunk_body_impl(std::uint64_t, beast_text bytes, error_code&) override {
      owner_.on_body(plain(bytes));
      return bytes.size();
    }
    void on_finish_impl(error_code&) override {}
    void on_response_impl(int, beast_text, int, error_code&) override {}

    request& owner_;
  };

  std::optional<reader> one;
};

request::request() : parser_{std::make_unique<parser>()} {
  fields_.reserve(16);
  reset();
}

request::~request() = default;

void request::reset() {
  parser_->one.emplace(*this);
  constexpr std::size_t worth_keeping = 16 * 1024;
  if (body_.capacity() > worth_keeping)
    body_ = {};
  if (kept_head_.capacity() > worth_keeping)
    kept_head_ = {};
  body_.clear();
  fields_.clear();
  head_ = nullptr;
  head_size_ = line_size_ = parsed_ = consumed_ = 0;
  query_ = {};
  content_length_.reset();
  fault_.reset();
  loose_ = {};
  body_size_ = 0;
  trailer_bytes_ = 0;
  version_ = hosts_ = 0;
  method_ = http::method::other;
  head_done_ = dropping_ = false;
  expects_continue_ = expects_other_ = content_encoded_ = has_origin_ = false;
}

request::piece request::place(std::string_view text) const {
  // Blank values may come as null views.
  const auto at = text.empty() ? 0 : text.data() - head_;
  return {static_cast<std::uint16_t>(at), static_cast<std::uint16_t>(text.size())};
}

void request::refuse(int status, std::string_view message) {
  if (!fault_)
    fault_ = request_fault{status, message};
}

request::progress request::fail(int status, std::string_view message) {
  refuse(status, message);
  return progress::failed;
}

request::progress request::read(std::string_view bytes) {
  consumed_ = 0;
  return head_done_ ? read_body(bytes) : read_head(bytes);
}

request::progress request::read_head(std::string_view bytes) {
  head_ = bytes.data();
  head_size_ = bytes.size();
  const auto rest = bytes.substr(parsed_);
  boost::beast::error_code ec;
  parsed_ += parser_->one->put(boost::asio::const_buffer{rest.data(), rest.size()}, ec);
  if (fault_)
    return progress::failed;
  const auto seen = parser_->one->is_header_done() ? parsed_ : bytes.size();
  if (line_size_ == 0 && (seen > max_request_line || ec == beast::error::header_limit))
    return fail(414, "the request line is longer than 8 KiB");
  if (seen - line_size_ > max_header_bytes || ec == beast::error::header_limit)
    return fail(431, "the header fields are longer than 32 KiB");
  if (ec == beast::error::need_more)
    return progress::more;
  if (ec == beast::error::bad_version && names_other_version(bytes))
    return fail(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  if (ec)
    return fail(400, "the request is not valid HTTP");
  if (!parser_->one->is_header_done())
    return progress::more;
  return head_is_in();
}

request::progress request::head_is_in() {
  head_done_ = true;
  head_size_ = consumed_ = parsed_;
  if (const auto length = parser_->one->content_length())
    content_length_ = *length;
  if (version_ >= 11 && hosts_ == 0)
    return fail(400, "the Host header is missing");
  if (version_ < 11 && parser_->one->chunked())
    return fail(400, "HTTP/1.0 has no Transfer-Encoding");
  parser_->one->eager(true);
  return progress::head_done;
}

request::progress request::read_body(std::string_view bytes) {
  boost::beast::error_code ec;
  consumed_ = parser_->one->put(boost::asio::const_buffer{bytes.data(), bytes.size()}, ec);
  if (fault_)
    return progress::failed;
  if (parser_->one->is_done())
    return progress::whole;
  if (ec == beast::error::body_limit)
    return fail(413, "the body is longer than this path allows");
  if (ec == beast::error::need_more || !ec) {
    // Chunk data is used up at once, so what stays is the line of a chunk or the trailers.
    if (bytes.size() - consumed_ > max_header_bytes)
      return fail(431, "chunk extensions and trailers are longer than 32 KiB");
    // The parser would wait for a CRLF for ever.
    if (has_bare_line_feed(bytes.substr(consumed_)))
      return fail(400, "a line of the body's chunks ends in a bare line feed");
    return progress::more;
  }
  return fail(400, "the body's chunks are not valid HTTP");
}

void request::keep() {
  if (!loose_.empty()) {
    body_.append(loose_);
    loose_ = {};
  }
  if (head_ != kept_head_.data()) {
    kept_head_.assign(head_, head_size_);
    head_ = kept_head_.data();
  }
}

void request::limit_body(std::uint64_t bytes) {
  parser_->one->body_limit(bytes);
}

void request::drop_body() {
  dropping_ = true;
  loose_ = {};
  body_ = {};
}

void request::on_line(std::string_view verb, std::string_view target, int version) {
  constexpr std::size_t blanks_version_and_end = 12;
  line_size_ = verb.size() + target.size() + blanks_version_and_end;
  if (line_size_ > max_request_line)
    return refuse(414, "the request line is longer than 8 KiB");
  version_ = version;
  method_text_ = place(verb);
  if (std::any_of(target.begin(), target.end(),
                  [](char c) { return static_cast<unsigned char>(c) > 127 || c == '#'; }))
    return refuse(400, "the request target has characters that must be encoded");
  split_target(target);
}

void request::split_target(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (same(target.substr(0, scheme.size()), scheme)) {
      const auto slash = target.substr(scheme.size() - 1, 1);
      target.remove_prefix(scheme.size());
      target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
      // An authority alone stands for "/": one is at hand in the scheme.
      path_ = place(target.starts_with('/') ? target.substr(0, target.find('?')) : slash);
      target_ = target.starts_with('/') ? place(target) : path_;
      const auto mark = target.find('?');
      query_ = mark == std::string_view::npos ? piece{} : place(target.substr(mark + 1));
      return;
    }
  if (!target.starts_with('/') && method_text() != "CONNECT" &&
      !(target == "*" && method_ == method::options))
    return refuse(400, "the request target is not a path");
  target_ = place(target);
  const auto mark = target.find('?');
  path_ = place(target.substr(0, mark));
  query_ = mark == std::string_view::npos ? piece{} : place(target.substr(mark + 1));
}

void request::on_field(std::string_view name, std::string_view value) {
  // Beast joins folded lines in a buffer of its own, or skips the break before a value.
  const auto* const from = name.data() + name.size();
  if (value.data() < from || value.data() > head_ + head_size_ ||
      std::find(from, value.data(), '\n') != value.data())
    return refuse(400, "header lines must not be folded");
  const auto used = static_cast<std::size_t>(value.data() + value.size() - head_) - line_size_;
  if (used > max_header_bytes)
    return refuse(431, "the header fields are longer than 32 KiB");
  if (fields_.size() == max_header_fields)
    return refuse(431, "more than 200 header fields");
  fields_.push_back({place(name), place(value)});
}

void request::on_host(std::string_view value) {
  if (++hosts_ > 1)
    return refuse(400, "more than one Host header");
  if (value.find_first_of(" \t,/?#@\\<>\"") != std::string_view::npos)
    refuse(400, "the Host header is not valid");
}

void request::on_transfer_encoding(std::string_view value) {
  if (value.empty())
    return refuse(400, "the Transfer-Encoding header is empty");
  if (!same(value, "chunked"))
    refuse(501, "the only transfer coding known here is chunked");
}

void request::on_trailer(std::size_t bytes) {
  // Read and dropped, but not without end: the body's own length more is granted to small chunks.
  trailer_bytes_ += bytes;
  if (trailer_bytes_ > max_header_bytes + body_size_)
    refuse(431, "chunk extensions and trailers are longer than 32 KiB");
}

void request::on_body(std::string_view bytes) {
  body_size_ += bytes.size();
  if (dropping_)
    return;
  if (body_.empty() && loose_.empty()) {
    loose_ = bytes;
    return;
  }
  body_.append(loose_);
  loose_ = {};
  body_.append(bytes);
}

std::optional<std::string_view> request::header(std::string_view name) const {
  for (const auto& each : fields_)
    if (each.name.length == name.size() && same(view(each.name), name))
      return view(each.value);
  return std::nullopt;
}

std::string request::take_body() {
  if (!loose_.empty())
    return std::string{std::exchange(loose_, {})};
  return std::exchange(body_, {});
}

bool request::keep_alive() const {
  return parser_->one->keep_alive();
}
bool request::chunked() const {
  return parser_->one->chunked();
}
bool request::whole() const {
  return parser_->one->is_done();
}

} // namespace muster::http
