#include "actors/model/command.hpp"

namespace muster {

command_body::command_body() = default;
command_body::command_body(const command_body&) = default;
command_body::command_body(command_body&&) noexcept = default;
command_body& command_body::operator=(const command_body&) = default;
command_body& command_body::operator=(command_body&&) noexcept = default;
command_body::~command_body() = default;

} // namespace muster
