#include "persistence/packages/checksum.hpp"

#include "persistence/packages/murmur3.hpp"

#include <openssl/evp.h>
#include <zlib.h>

#include <array>
#include <new>

namespace muster::persistence {

namespace {

template <class Number>
std::string lowest_first(Number number) {
  std::string made;
  for (std::size_t i = 0; i < sizeof number; ++i)
    made += static_cast<char>(number >> (8 * i));
  return made;
}

class digest final : public checksum {
public:
  explicit digest(const EVP_MD* which) : context_{EVP_MD_CTX_new(), &EVP_MD_CTX_free} {
    if (!context_ || EVP_DigestInit_ex(context_.get(), which, nullptr) != 1)
      throw std::bad_alloc();
  }
  void add(std::string_view bytes) override {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
  }
  std::string finish() override {
    std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), made.data(), &size);
    return {reinterpret_cast<const char*>(made.data()), size};
  }

private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

class crc final : public checksum {
public:
  void add(std::string_view bytes) override {
    sum_ = ::crc32_z(sum_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  std::string finish() override { return lowest_first(static_cast<std::uint32_t>(sum_)); }

private:
  unsigned long sum_ = 0;
};

class murmur_32 final : public checksum {
public:
  void add(std::string_view bytes) override { sum_.add(bytes); }
  std::string finish() override { return lowest_first(sum_.finish()); }

private:
  murmur3_32 sum_;
};

class murmur_128 final : public checksum {
public:
  void add(std::string_view bytes) override { sum_.add(bytes); }
  std::string finish() override {
    const auto [low, high] = sum_.finish();
    return lowest_first(low) + lowest_first(high);
  }

private:
  murmur3_128 sum_;
};

} // namespace

std::unique_ptr<checksum> make_checksum(checksum_algorithm which) {
  switch (which) {
  case checksum_algorithm::md5:
    return std::make_unique<digest>(EVP_md5());
  case checksum_algorithm::sha256:
    return std::make_unique<digest>(EVP_sha256());
  case checksum_algorithm::sha384:
    return std::make_unique<digest>(EVP_sha384());
  case checksum_algorithm::sha512:
    return std::make_unique<digest>(EVP_sha512());
  case checksum_algorithm::crc32:
    return std::make_unique<crc>();
  case checksum_algorithm::murmur3_32:
    return std::make_unique<murmur_32>();
  case checksum_algorithm::murmur3_128:
    break;
  }
  return std::make_unique<murmur_128>();
}

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string made;
  made.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    made += digits[byte >> 4];
    made += digits[byte & 15];
  }
  return made;
}

} // namespace muster::persistence
