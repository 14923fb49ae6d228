#pragma once

#include "http/json/events.hpp"

#include <span>
#include <string>
#include <string_view>

namespace muster::http {

/// A payload format beside JSON. One object for the whole process, without state: all members may
/// be called by any thread at once. To add one, write it in a file of its own and name it in
/// `codec.cpp`; docs/codecs.md shows how.
class codec {
public:
  virtual ~codec() = default;

  /// What device profiles call it.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Values of Content-Type that choose it, in lower case and without parameters; the first one
  /// stands on answers. None: only a profile chooses it, and its answers are JSON.
  [[nodiscard]] virtual std::span<const std::string_view> media_types() const = 0;

  /// Tells `to` of the one document in `bytes`, as a reader of JSON would: names are UTF-8 and
  /// inside objects, numbers are finite, at most `json::deepest_nesting` levels. False with
  /// `to.error` set when the bytes are no such document, or when `to` did not take it.
  virtual bool read(std::string_view bytes, json::events& to) const = 0;

  /// A document, given as valid JSON text, in this format; JSON again if not overridden.
  [[nodiscard]] virtual std::string write(std::string_view json) const;
};

// Each in the file of its name.

const codec& cayenne();
const codec& cbor();
const codec& message_pack();

/// The codec of that name; null for "json", for nothing, and for a name that nobody knows.
[[nodiscard]] const codec* codec_named(std::string_view name) noexcept;
/// Whether a profile may name it: `json` and all codecs.
[[nodiscard]] bool is_codec_name(std::string_view name) noexcept;
/// The codec that a value of Content-Type chooses; null for JSON and for every other type.
[[nodiscard]] const codec* codec_of_type(std::string_view content_type) noexcept;

} // namespace muster::http
