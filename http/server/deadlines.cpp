#include "http/server/deadlines.hpp"

namespace muster::http {

namespace {

void unlink(deadline_hook& hook) {
  hook.previous->next = hook.next;
  hook.next->previous = hook.previous;
  hook.previous = hook.next = nullptr;
}

} // namespace

deadlines::deadlines(const spans& lengths) : spans_{lengths} {
  for (auto& list : lists_)
    list.previous = list.next = &list;
}

void deadlines::set(deadline_hook& hook, wait_kind kind, milliseconds now) {
  clear(hook);
  hook.kind = kind;
  hook.due = now + spans_[static_cast<std::size_t>(kind)];
  auto& list = lists_[static_cast<std::size_t>(kind)];
  hook.previous = list.previous;
  hook.next = &list;
  list.previous->next = &hook;
  list.previous = &hook;
}

void deadlines::clear(deadline_hook& hook) {
  if (hook.next != nullptr)
    unlink(hook);
  hook.kind = wait_kind::none;
}

deadline_hook* deadlines::pop(milliseconds now) {
  for (auto& list : lists_) {
    auto* hook = list.next;
    if (hook != &list && hook->due <= now) {
      unlink(*hook);
      return hook;
    }
  }
  return nullptr;
}

std::optional<milliseconds> deadlines::first() const {
  std::optional<milliseconds> earliest;
  for (const auto& list : lists_)
    if (list.next != &list && (!earliest || list.next->due < *earliest))
      earliest = list.next->due;
  return earliest;
}

} // namespace muster::http
