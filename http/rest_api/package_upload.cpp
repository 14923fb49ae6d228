#include "http/api/edge.hpp"
#include "http/json/utf8.hpp"
#include "http/rest_api/multipart.hpp"
#include "http/rest_api/package_calls.hpp"
#include "http/rest_api/package_json.hpp"
#include "http/rest_api/resources.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace muster::http::rest {

namespace {

/// What a form needs around a file of the largest size.
constexpr std::uint64_t around_file = std::uint64_t{64} * 1024;
constexpr std::size_t longest_field = 1024;
constexpr std::size_t longest_name = 255;

/// `POST /api/otaPackage/{id}`: a form with the package's bytes in `file`. The bytes go to their
/// file as they come; the record names them only when they are durable and their checksum is right.
class upload_call final : public package_call, private form_listener {
public:
  explicit upload_call(rest_api& api) : package_call{api, {false, true, false}, true} {}

  void on_body(exchange&, std::string piece) override {
    if (const auto read = form_->read(piece); !read) {
      return fail_with(read.error());
    }
    if (arrived_.empty()) {
      return handle().take_more();
    }
    upload_->write(std::exchange(arrived_, {}), [home = &at(), to = handle()](result<void> wrote) {
      if (wrote) {
        return to.take_more();
      }
      home->later(to, [why = std::move(wrote.error())](call& waiting) {
        static_cast<upload_call&>(waiting).fail_with(why);
      });
    });
  }

private:
  /// Waits for the record, also when the client does not any more: until then the bytes are held.
  class recording final : public reply_sink {
  public:
    static void begin(edge& home, const exchange_handle& to, put_package_content what,
                      std::shared_ptr<void> hold) {
      auto made = std::make_shared<recording>(home, to, std::move(hold));
      made->self_ = made;
      home.below().apply(std::move(what), reply_handle{{made.get(), 0, 0}});
    }

    recording(edge& home, const exchange_handle& to, std::shared_ptr<void> hold)
        : home_{home}, to_{to}, hold_{std::move(hold)} {}

    void push(std::vector<completion> batch) noexcept override {
      const auto self = std::move(self_);
      completion& only = batch.front();
      only.to.release();
      home_.later(to_, [what = std::move(only.what)](call& waiting) mutable {
        static_cast<upload_call&>(waiting).recorded(what);
      });
    }

  private:
    edge& home_;
    exchange_handle to_;
    std::shared_ptr<void> hold_;
    /// From the question to its reply.
    std::shared_ptr<recording> self_;
  };

  enum class field : std::uint8_t { other, file, algorithm, checksum };

  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    auto algorithm = query.text("checksumAlgorithm");
    auto checksum = query.text("checksum");
    if (!algorithm || !checksum) {
      return tl::unexpected{algorithm ? checksum.error() : algorithm.error()};
    }
    if (*algorithm) {
      if (const auto good = take_algorithm(**algorithm); !good) {
        return good;
      }
    }
    take_checksum(std::move(*checksum).value_or(""));
    return read_package_id(path[0]);
  }

  std::optional<response> read_headers(const exchange& request) override {
    const auto boundary = boundary_of(request.header("Content-Type").value_or(""));
    if (!boundary) {
      return shape({error_code::invalid, "The body must be multipart/form-data with a boundary"});
    }
    form_.emplace(*boundary, static_cast<form_listener&>(*this));
    return std::nullopt;
  }

  verdict admit() override {
    // Only who may give this package its bytes need send them.
    ask<package_info>(get_package{who(), package_}, [this](package_info& found) {
      if (found.url) {
        return fail_with(error_code::invalid, "File can't be saved if URL present!");
      }
      resume(accept());
    });
    return verdict::wait();
  }

  void run(exchange&) override {
    if (!form_->complete()) {
      return fail_with(error_code::malformed, "The multipart body is cut off");
    }
    if (!upload_) {
      return fail_with(error_code::invalid, "Required part 'file' is not present.");
    }
    if (!algorithm_) {
      return fail_with(error_code::invalid,
                       "Required request parameter 'checksumAlgorithm' for method parameter type "
                       "String is not present");
    }
    upload_->finish(*algorithm_, checksum_, [home = &at(), to = handle()](auto stored) {
      home->later(to, [stored = std::move(stored)](call& waiting) mutable {
        static_cast<upload_call&>(waiting).record(std::move(stored));
      });
    });
  }

  void record(result<uploaded_package> stored) {
    if (!stored) {
      return fail_with(stored.error());
    }
    recording::begin(at(), handle(),
                     {who(), package_, std::move(file_name_), content_type_, *algorithm_,
                      std::move(stored->checksum), stored->content, stored->size},
                     std::move(stored->hold));
  }

  void recorded(reply& what) {
    auto* saved = std::get_if<package_info>(&what);
    saved != nullptr ? answer_package(*saved) : unexpected(what);
  }

  result<void> on_part(form_part head) override {
    field_ = head.name == "file"                ? field::file
             : head.name == "checksumAlgorithm" ? field::algorithm
             : head.name == "checksum"          ? field::checksum
                                                : field::other;
    text_.clear();
    return field_ == field::file ? begin_file(std::move(head)) : result<void>{};
  }

  result<void> begin_file(form_part head) {
    if (upload_) {
      return fail(error_code::invalid, "The part 'file' is there twice");
    }
    file_name_ = std::move(head.file_name).value_or("");
    content_type_ =
        head.content_type.empty() ? "application/octet-stream" : std::move(head.content_type);
    if (file_name_.empty()) {
      return fail(error_code::invalid, "OtaPackage file name should be specified!");
    }
    if (file_name_.size() > longest_name || content_type_.size() > longest_name) {
      return fail(error_code::invalid, "The file's name or its type is longer than 255 bytes");
    }
    for (const std::string& shown : {file_name_, content_type_}) {
      if (json::find_invalid_utf8(shown) != std::string_view::npos) {
        return fail(error_code::malformed, "The file's name or its type is not UTF-8");
      }
    }
    upload_ = at().below().packages().receive(algorithm_);
    return {};
  }

  result<void> on_bytes(std::string_view bytes) override {
    if (field_ == field::file) {
      arrived_ += bytes;
    } else if (field_ != field::other) {
      text_ += bytes;
    }
    if (text_.size() > longest_field) {
      return fail(error_code::invalid, "A field of the form is longer than 1 KiB");
    }
    return {};
  }

  result<void> on_part_end() override {
    if (field_ == field::algorithm && !algorithm_) {
      return take_algorithm(text_);
    }
    if (field_ == field::checksum && !checksum_) {
      take_checksum(text_);
    }
    return {};
  }

  result<void> take_algorithm(const std::string& name) {
    algorithm_ = checksum_algorithm_from_name(name);
    if (!algorithm_) {
      return fail(error_code::invalid, "Unknown checksum algorithm: " + name);
    }
    return {};
  }

  /// An empty one is none: clients leave the field of a form empty.
  void take_checksum(std::string text) {
    if (!text.empty()) {
      checksum_ = std::move(text);
    }
  }

  std::optional<multipart_reader> form_;
  std::unique_ptr<package_upload> upload_;
  field field_ = field::other;
  std::string text_;
  /// Of the file, since it was last written.
  std::string arrived_;
  std::string file_name_;
  std::string content_type_;
  std::optional<checksum_algorithm> algorithm_;
  std::optional<std::string> checksum_;
};

} // namespace

void add_package_upload_routes(router& to, rest_api& api) {
  to.add<upload_call>(method::post, "/api/otaPackage/{otaPackageId}",
                      {.body_limit = api.settings.max_package + around_file, .streamed = true},
                      std::ref(api));
}

} // namespace muster::http::rest
