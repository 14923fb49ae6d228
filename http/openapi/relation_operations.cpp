#include "http/openapi/operations.hpp"

namespace muster::http::openapi {

namespace {

constexpr std::string_view one_relation =
    "fromType! fromId! relationType! toType! toId! relationTypeGroup";

constexpr operation relation_operations[] = {
    {post, "/api/relation", callers::tenant, "Creates or changes a relation", "", "Relation", "",
     "404"},
    {post, "/api/v2/relation", callers::tenant, "Creates or changes a relation", "", "Relation",
     "Relation", "404"},
    {get, "/api/relation", callers::users, "Reads a relation", one_relation, "", "Relation", "404"},
    {remove, "/api/relation", callers::tenant, "Deletes a relation", one_relation, "", "", "404"},
    {remove, "/api/v2/relation", callers::tenant, "Deletes a relation and shows it", one_relation,
     "", "Relation", "404"},
    {remove, "/api/relations", callers::tenant, "Deletes all relations of an entity",
     "entityType! entityId!", "", "", "404"},
    {get, "/api/relations", callers::users, "Lists relations from or to an entity",
     "fromType fromId toType toId relationType relationTypeGroup", "", "[Relation]", "404"},
    {get, "/api/relations/info", callers::users, "Lists relations from or to an entity, with names",
     "fromType fromId toType toId relationType relationTypeGroup", "", "[RelationInfo]", "404"},
    {get, "/api/relations/from/{entityType}/{entityId}", callers::users,
     "Lists relations from an entity", "relationTypeGroup", "", "[Relation]"},
    {get, "/api/relations/from/{entityType}/{entityId}/{relationType}", callers::users,
     "Lists relations from an entity of one type", "relationTypeGroup", "", "[Relation]"},
    {get, "/api/relations/info/from/{entityType}/{entityId}", callers::users,
     "Lists relations from an entity, with names", "relationTypeGroup", "", "[RelationInfo]"},
    {get, "/api/relations/to/{entityType}/{entityId}", callers::users,
     "Lists relations to an entity", "relationTypeGroup", "", "[Relation]"},
    {get, "/api/relations/to/{entityType}/{entityId}/{relationType}", callers::users,
     "Lists relations to an entity of one type", "relationTypeGroup", "", "[Relation]"},
    {get, "/api/relations/info/to/{entityType}/{entityId}", callers::users,
     "Lists relations to an entity, with names", "relationTypeGroup", "", "[RelationInfo]"},
};

} // namespace

const std::span<const operation> relations{relation_operations};

} // namespace muster::http::openapi
