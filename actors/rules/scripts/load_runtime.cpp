#include "actors/rules/scripts/script_runtime.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <system_error>

namespace muster {

namespace {

constexpr const char* module_name = "libmuster-spidermonkey.so";

#ifdef MUSTER_SANITIZED
constexpr int how = RTLD_NOW | RTLD_LOCAL;
#else
// The engine's library finds the module's bounded heap before the program's.
constexpr int how = RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND;
#endif

/// Beside the program, as both are built, or where an installation has it.
std::filesystem::path module_of(const std::filesystem::path& program) {
  const auto folder = program.parent_path();
  std::error_code unknown;
  const auto built = folder / module_name;
  return std::filesystem::exists(built, unknown)
             ? built
             : folder.parent_path() / "lib" / "muster" / module_name;
}

/// Once loaded it stays: its runtimes end with their threads.
result<make_script_runtime_function*> load_module() {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (unknown) {
    return fail(error_code::internal, "No scripts: " + unknown.message());
  }
  void* const loaded = dlopen(module_of(program).c_str(), how);
  void* const symbol = loaded == nullptr ? nullptr : dlsym(loaded, make_script_runtime_symbol);
  if (symbol == nullptr) {
    return fail(error_code::internal, std::string("No scripts: ") + dlerror());
  }
  return reinterpret_cast<make_script_runtime_function*>(symbol);
}

} // namespace

result<std::unique_ptr<script_runtime>> make_script_runtime(const script_limits& limits) {
  static const auto make = load_module();
  if (!make) {
    return tl::unexpected(make.error());
  }
  std::unique_ptr<script_runtime> made((*make)(limits));
  if (made == nullptr) {
    return fail(error_code::internal, "No memory for scripts");
  }
  return made;
}

} // namespace muster
