#pragma once

#include "actors/model/relation.hpp"
#include "actors/model/reply.hpp"
#include "http/rest_api/body.hpp"

#include <string>
#include <string_view>

namespace muster::http::rest {

// Relations as the application API has them (reference rules, section 3). Only the group COMMON is
// kept.

inline constexpr std::string_view common_group = "COMMON";

/// An entity by the name of its kind and its identifier; `invalid` for what is none.
[[nodiscard]] result<entity_ref> read_entity_ref(std::string_view type, std::string_view id);

[[nodiscard]] result<relation> read_relation(const body_members& body);

void append_relation(std::string& out, const relation& one);
/// With the name of the end that was found: the one that it leads to, or (`to`) comes from.
void append_relation_info(std::string& out, const named_relation& one, bool to);

} // namespace muster::http::rest
