#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http::test {

struct answer_seen {
  int status = 0;
  /// Names in lower case; the last value of each.
  std::map<std::string, std::string> headers;
  std::string body;
};

/// A client that sends exactly the bytes it is told. Reads give up after five seconds.
class client {
public:
  explicit client(std::uint16_t port);
  client(client&& other) noexcept;
  client& operator=(client&&) = delete;
  ~client();

  /// False when the server has closed.
  bool send(std::string_view bytes);
  /// Sends FIN and goes on reading.
  void half_close();
  /// Ends with RST.
  void reset();
  void close();

  /// The next whole answer, its body by length or chunks; nothing when the connection ends before.
  std::optional<answer_seen> read(bool head_only = false);
  /// Exactly so many bytes, less when the connection ends before.
  std::string read_bytes(std::size_t count);
  std::string read_to_end();
  /// Whether the server has closed and nothing more comes.
  bool ended();
  /// Bytes waiting to be read, without waiting for them.
  bool has_bytes() const;

  [[nodiscard]] int descriptor() const { return descriptor_; }

private:
  bool fill();
  std::optional<std::string> line();
  std::optional<std::string> take(std::size_t count);

  int descriptor_;
  std::string buffer_;
};

} // namespace muster::http::test
