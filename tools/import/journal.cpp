#include "tools/import/journal.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace muster::import {

namespace {

constexpr std::string_view heading = "muster-import 1 ";

std::string line_of(std::string_view what, const std::string& place) {
  return std::string(what) + ' ' + place;
}

} // namespace

result<std::unique_ptr<journal>> journal::open(const std::string& file,
                                               const std::string& identity) {
  std::unordered_set<std::string> done;
  const std::string first = std::string(heading) + identity;
  std::ifstream earlier(file);
  std::string line;
  const bool there = static_cast<bool>(std::getline(earlier, line));
  if (there && line != first) {
    return fail(error_code::invalid, file + " is of another import (" + line +
                                         "); name another with --journal or delete it");
  }
  // What follows the last line end was not written to its end.
  while (std::getline(earlier, line) && !earlier.eof()) {
    done.insert(line);
  }
  earlier.close();
  std::FILE* stream = std::fopen(file.c_str(), "a");
  if (stream == nullptr) {
    return fail(error_code::invalid, file + ": " + std::strerror(errno));
  }
  std::unique_ptr<journal> made(new journal(file, stream));
  made->earlier_ = done.size();
  made->done_ = std::move(done);
  // The line end also closes a line that a kill cut short.
  std::fputs(there ? "\n" : (first + '\n').c_str(), stream);
  std::fflush(stream);
  return made;
}

journal::~journal() {
  std::fclose(stream_);
}

bool journal::has(std::string_view kind, const std::string& place) const {
  const std::lock_guard lock{mutex_};
  return done_.contains(line_of(kind, place));
}

void journal::add(std::string_view kind, const std::string& place) {
  const std::string line = line_of(kind, place);
  const std::lock_guard lock{mutex_};
  // A full disk loses lines and thereby costs repeated work only.
  std::fputs((line + '\n').c_str(), stream_);
  std::fflush(stream_);
}

void journal::remove() {
  std::remove(file_.c_str());
}

} // namespace muster::import
