#pragma once

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

namespace muster::test {

/// PostgreSQL servers of rig.py for one test program: gone with it, whatever ends it.
class postgres_rig {
public:
  explicit postgres_rig(bool standby) {
    int in[2];
    int out[2];
    if (pipe(in) != 0 || pipe(out) != 0) {
      throw std::runtime_error("no pipes for the rig");
    }
    child_ = fork();
    if (child_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      for (const int one : {in[0], in[1], out[0], out[1]}) {
        close(one);
      }
      execl(MUSTER_POSTGRES_RIG, MUSTER_POSTGRES_RIG, "serve", standby ? "--standby" : nullptr,
            nullptr);
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    words_.reset(fdopen(in[1], "w"));
    answers_.reset(fdopen(out[0], "r"));
    dsn_ = line();
  }
  ~postgres_rig() {
    words_.reset();
    waitpid(child_, nullptr, 0);
  }
  postgres_rig(const postgres_rig&) = delete;
  postgres_rig& operator=(const postgres_rig&) = delete;

  const std::string& dsn() const { return dsn_; }

  /// Obeys as rig.py says: "kill primary", "query select 1". Returns the answer.
  std::string say(const std::string& words) {
    std::fprintf(words_.get(), "%s\n", words.c_str());
    std::fflush(words_.get());
    const std::string answer = line();
    if (!answer.starts_with("ok ")) {
      throw std::runtime_error("the rig: " + answer);
    }
    return answer.substr(3);
  }

private:
  struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::string line() {
    std::string text;
    for (int c = std::fgetc(answers_.get()); c != '\n'; c = std::fgetc(answers_.get())) {
      if (c == EOF) {
        throw std::runtime_error("the rig has ended; is PostgreSQL installed?");
      }
      text.push_back(static_cast<char>(c));
    }
    return text;
  }

  pid_t child_ = -1;
  std::unique_ptr<std::FILE, closer> words_;
  std::unique_ptr<std::FILE, closer> answers_;
  std::string dsn_;
};

} // namespace muster::test
