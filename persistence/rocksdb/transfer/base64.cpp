#include "persistence/rocksdb/transfer/base64.hpp"

#include <openssl/evp.h>

#include <cstddef>

namespace muster::persistence {

namespace {

unsigned char* as_bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

const unsigned char* as_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

std::string base64(std::string_view bytes) {
  // One more for the zero that is written behind it.
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(as_bytes(text), as_bytes(bytes), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return std::nullopt;
  }
  std::string bytes(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(as_bytes(bytes), as_bytes(text), static_cast<int>(text.size())) < 0) {
    return std::nullopt;
  }
  const std::size_t padding = text.size() - (text.find_last_not_of('=') + 1);
  bytes.resize(bytes.size() - (padding < bytes.size() ? padding : bytes.size()));
  // What it reads less strictly is damaged.
  return base64(bytes) == text ? std::optional(std::move(bytes)) : std::nullopt;
}

} // namespace muster::persistence
