#pragma once

#include "actors/model/error.hpp"

#include <string>
#include <string_view>

namespace muster {

/// Argon2id in its encoded form (`$argon2id$v=19$...`), with a fresh salt from the kernel. Takes
/// 19 MiB and some 20 ms of a core (OWASP's smallest recommended setting: more memory would be
/// what an idle node needs in all). Any thread, but not one that others wait for.
result<std::string> hash_password(std::string_view password);

/// Whether `password` is the one of `hash`. An empty or unreadable hash takes as long as a wrong
/// password and is false, so that the time of an answer does not tell which users exist.
bool verify_password(std::string_view password, const std::string& hash);

/// A random password of 20 letters and digits (119 bits).
std::string random_password();

/// `length` letters and digits from the kernel's random source: access tokens, passwords.
std::string random_text(std::size_t length);

} // namespace muster
