#include "http/rest_api/history_stream.hpp"

#include <spdlog/spdlog.h>

namespace muster::http::rest {

namespace {

/// Asks for pages and feeds them to the connection from the thread that read them. Lives until both
/// the connection and the question under way have let go of it; only one of them uses it at a time,
/// because the connection asks again only when it was fed.
class page_feeder final : public reply_sink, public std::enable_shared_from_this<page_feeder> {
public:
  page_feeder(history_text made, service& below) : made_{std::move(made)}, below_{below} {}

  void next(exchange_handle to) {
    to_ = to;
    if (made_.size() > 0) {
      return feed();
    }
    self_ = shared_from_this();
    below_.ask(made_.next_query(), reply_handle{{this, 0, 0}});
  }

  void push(std::vector<completion> batch) noexcept override {
    const auto self = std::move(self_);
    completion& only = batch.front();
    only.to.release();
    if (const auto* page = std::get_if<history_page>(&only.what)) {
      made_.add(*page);
      return feed();
    }
    const auto* problem = std::get_if<error>(&only.what);
    spdlog::warn("A history answer was cut off: {}",
                 problem != nullptr ? problem->message : "unexpected reply");
    to_.feed({body_piece::kind::failed, {}});
  }

private:
  void feed() {
    const auto kind = made_.complete() ? body_piece::kind::last : body_piece::kind::data;
    to_.feed({kind, made_.take()});
  }

  history_text made_;
  service& below_;
  exchange_handle to_;
  std::shared_ptr<page_feeder> self_;
};

class history_source final : public body_source {
public:
  explicit history_source(std::shared_ptr<page_feeder> feeder) : feeder_{std::move(feeder)} {}
  void next(exchange_handle to) override { feeder_->next(to); }

private:
  std::shared_ptr<page_feeder> feeder_;
};

} // namespace

std::unique_ptr<body_source> stream_history(history_text made, service& below) {
  return std::make_unique<history_source>(std::make_shared<page_feeder>(std::move(made), below));
}

} // namespace muster::http::rest
