#include "http/rest_api/history_text.hpp"

#include "http/json/writer.hpp"

namespace muster::http::rest {

history_text::history_text(history_request asked) : asked_{std::move(asked)} {}

read_history history_text::next_query() const {
  read_history query = asked_.range;
  query.key = asked_.keys[key_];
  query.from = from_;
  query.spent = spent_;
  return query;
}

void history_text::add(const history_page& page) {
  for (const data_point& point : page.points) {
    if (!key_open_) {
      if (!first_key_) {
        text_ += ',';
      }
      json::append_name(text_, asked_.keys[key_]);
      text_ += '[';
    } else {
      text_ += ',';
    }
    first_key_ = false;
    key_open_ = true;
    json::append_point(text_, point.ts, point.val, asked_.form);
  }
  from_ = page.more;
  spent_ = page.spent;
  if (from_) {
    return;
  }
  if (key_open_) {
    text_ += ']';
  }
  key_open_ = false;
  if (++key_ == asked_.keys.size()) {
    text_ += '}';
  }
}

} // namespace muster::http::rest
