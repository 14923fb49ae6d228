#include "actors/service/password.hpp"

#include "actors/model/random.hpp"

#include <argon2.h>

#include <array>
#include <cstdint>

namespace muster {

namespace {

constexpr std::uint32_t passes = 2;
constexpr std::uint32_t memory_kib = 19 * 1024;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;

/// A hash of the same cost that no password is known for.
const std::string& decoy() {
  static const std::string hash = hash_password(random_password()).value_or(std::string{});
  return hash;
}

} // namespace

result<std::string> hash_password(std::string_view password) {
  std::array<std::uint8_t, salt_bytes> salt{};
  random_bytes(salt.data(), salt.size());
  std::array<char, 128> encoded{};
  const int code =
      argon2id_hash_encoded(passes, memory_kib, lanes, password.data(), password.size(),
                            salt.data(), salt.size(), hash_bytes, encoded.data(), encoded.size());
  if (code != ARGON2_OK) {
    return fail(error_code::internal,
                std::string("hashing a password: ") + argon2_error_message(code));
  }
  return std::string(encoded.data());
}

bool verify_password(std::string_view password, const std::string& hash) {
  const int code = argon2id_verify(hash.c_str(), password.data(), password.size());
  if (code != ARGON2_OK && code != ARGON2_VERIFY_MISMATCH) {
    argon2id_verify(decoy().c_str(), password.data(), password.size());
  }
  return code == ARGON2_OK;
}

std::string random_text(std::size_t length) {
  static constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  // Bytes beyond the last whole multiple are drawn again, so that all characters are as likely.
  constexpr unsigned fair = 256 / alphabet.size() * alphabet.size();
  std::string text;
  text.reserve(length);
  while (text.size() < length) {
    std::array<std::uint8_t, 64> bytes{};
    random_bytes(bytes.data(), bytes.size());
    for (std::uint8_t byte : bytes) {
      if (byte < fair && text.size() < length) {
        text.push_back(alphabet[byte % alphabet.size()]);
      }
    }
  }
  return text;
}

std::string random_password() {
  return random_text(20);
}

} // namespace muster
