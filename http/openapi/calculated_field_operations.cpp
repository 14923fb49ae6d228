#include "http/openapi/operations.hpp"

namespace muster::http::openapi {

namespace {

constexpr operation field_operations[] = {
    {post, "/api/calculatedField", callers::tenant,
     "Creates or changes the alarm rules of a calculated field", "", "CalculatedField",
     "CalculatedField", "404 409"},
    {get, "/api/calculatedField/{calculatedFieldId}", callers::tenant, "Reads a calculated field",
     "", "", "CalculatedField"},
    {remove, "/api/calculatedField/{calculatedFieldId}", callers::tenant,
     "Deletes a calculated field", "", "", "", "409"},
    {get, "/api/calculatedField/{entityType}/{entityId}", callers::tenant,
     "Lists the calculated fields of a device or device profile",
     "pageSize page textSearch sortProperty sortOrder type", "", "{CalculatedField}"},
    {get, "/api/{entityType}/{entityId}/calculatedFields", callers::tenant,
     "Lists the calculated fields of a device or device profile, as older clients ask",
     "pageSize page textSearch sortProperty sortOrder type", "", "{CalculatedField}"},
    {get, "/api/calculatedFields", callers::tenant, "Lists calculated fields",
     "pageSize page textSearch sortProperty sortOrder types entityType entities", "",
     "{CalculatedField}"},
};

} // namespace

const std::span<const operation> calculated_fields{field_operations};

} // namespace muster::http::openapi
