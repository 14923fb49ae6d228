#pragma once

#include "http/json/events.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muster::http {

/// What writers of binary formats have in common that say how much follows before it follows: while
/// a document is told, each object and array gets its head once its end is known.
class binary_writer : public json::events {
public:
  bool number(std::string_view text) final;
  bool begin_object() final { return begin(); }
  bool name(std::string_view text) final;
  bool end_object() final { return end(true); }
  bool begin_array() final { return begin(); }
  bool end_array() final { return end(false); }

  /// Writes JSON text, which must be valid; gives the bytes.
  [[nodiscard]] std::string transcode(std::string_view json);

protected:
  /// The head of an object or array of `count` members or elements.
  [[nodiscard]] virtual std::string head(bool object, std::size_t count) const = 0;
  virtual void put_text(std::string_view text) = 0;

  /// To be called for each value once it is written.
  bool counted() {
    if (!open_.empty()) {
      ++open_.back().count;
    }
    return true;
  }
  void put(std::uint8_t byte) { out_.push_back(static_cast<char>(byte)); }
  /// The last `size` bytes of the number in network order.
  void put(std::uint64_t number, std::size_t size);
  std::string& out() { return out_; }

private:
  struct container {
    std::size_t start = 0;
    std::size_t count = 0;
  };

  bool begin();
  bool end(bool object);

  std::string out_;
  std::vector<container> open_;
};

/// The last `size` bytes of the number in network order.
void append_number(std::string& out, std::uint64_t number, std::size_t size);

} // namespace muster::http
