#include "http/openapi/operations.hpp"

namespace muster::http::openapi {

namespace {

constexpr std::string_view any_page = "pageSize! page! textSearch sortProperty sortOrder";
constexpr std::string_view audit_page =
    "pageSize! page! textSearch sortProperty sortOrder startTime endTime actionTypes";

constexpr operation log_in_operations[] = {
    {post, "/api/auth/login", callers::anybody, "Logs in", "", "LoginRequest", "TokenPair",
     "401 429"},
    {get, "/api/auth/login", callers::anybody, "Refuses: log-in is by POST", "", "", "", "401"},
    {post, "/api/auth/token", callers::anybody, "Renews a pair of tokens", "", "RefreshRequest",
     "TokenPair", "401"},
    {post, "/api/auth/logout", callers::everybody, "Ends the session"},
    {get, "/api/auth/user", callers::everybody, "Reads the user himself", "", "", "User"},
    {post, "/api/auth/changePassword", callers::everybody, "Changes the user's password", "",
     "ChangePasswordRequest", "TokenPair", "429"},
    {get, "/api/noauth/activate", callers::anybody, "Follows an activation link", "activateToken!",
     "", "", "303 409"},
    {post, "/api/noauth/activate", callers::anybody, "Chooses a new user's first password", "",
     "ActivateRequest", "TokenPair"},
};

constexpr operation profile_operations[] = {
    {post, "/api/deviceProfile", callers::tenant, "Creates or changes a device profile", "",
     "DeviceProfile", "DeviceProfile", "404 409"},
    {get, "/api/deviceProfile/{deviceProfileId}", callers::tenant, "Reads a device profile", "", "",
     "DeviceProfile"},
    {remove, "/api/deviceProfile/{deviceProfileId}", callers::tenant, "Deletes a device profile"},
    {post, "/api/deviceProfile/{deviceProfileId}/default", callers::tenant,
     "Makes a device profile the default one", "", "", "DeviceProfile"},
    {get, "/api/deviceProfileInfo/{deviceProfileId}", callers::users,
     "Reads a device profile in short", "", "", "DeviceProfileInfo"},
    {get, "/api/deviceProfileInfo/default", callers::users,
     "Reads the default device profile in short", "", "", "DeviceProfileInfo"},
    {get, "/api/deviceProfiles", callers::tenant, "Lists device profiles",
     "pageSize! page! textSearch sortProperty sortOrder transportType", "", "{DeviceProfile}"},
    {get, "/api/deviceProfileInfos", callers::users, "Lists device profiles in short",
     "pageSize! page! textSearch sortProperty sortOrder transportType", "", "{DeviceProfileInfo}"},
    {get, "/api/deviceProfile/names", callers::users, "Lists the names of device profiles",
     "activeOnly", "", "[EntityName]"},
};

constexpr operation package_operations[] = {
    {post, "/api/otaPackage", callers::tenant, "Creates or changes a package without its bytes", "",
     "OtaPackage", "OtaPackage", "404"},
    {post, "/api/otaPackage/{otaPackageId}", callers::tenant, "Uploads a package's bytes",
     "checksumAlgorithm checksum", "multipart/form-data", "OtaPackage"},
    {get, "/api/otaPackage/{otaPackageId}", callers::tenant, "Reads a package with its bytes", "",
     "", "OtaPackage"},
    {get, "/api/otaPackage/info/{otaPackageId}", callers::users, "Reads a package", "", "",
     "OtaPackage"},
    {get, "/api/otaPackage/{otaPackageId}/download", callers::users, "Downloads a package's bytes",
     "", "", "application/octet-stream", "206 416"},
    {get, "/api/otaPackage/{otaPackageId}/rollout", callers::tenant,
     "Tells how far a package has come on its devices", "", "", "OtaRollout"},
    {get, "/api/otaPackages", callers::users, "Lists packages", any_page, "", "{OtaPackage}"},
    {get, "/api/otaPackages/{deviceProfileId}/{type}", callers::users,
     "Lists packages of a device profile that have bytes", any_page, "", "{OtaPackage}"},
    {remove, "/api/otaPackage/{otaPackageId}", callers::tenant, "Deletes a package"},
};

constexpr operation customer_operations[] = {
    {post, "/api/customer", callers::tenant, "Creates or changes a customer", "", "Customer",
     "Customer", "404 409"},
    {get, "/api/customer/{customerId}", callers::users, "Reads a customer", "", "", "Customer"},
    {get, "/api/customer/{customerId}/shortInfo", callers::users, "Reads a customer in short", "",
     "", "CustomerShortInfo"},
    {remove, "/api/customer/{customerId}", callers::tenant,
     "Deletes a customer and its users, and takes its devices back"},
    {get, "/api/customers", callers::tenant, "Lists customers", any_page, "", "{Customer}"},
    {get, "/api/tenant/customers", callers::tenant, "Finds a customer by its title",
     "customerTitle!", "", "Customer", "404"},
};

constexpr operation user_operations[] = {
    {post, "/api/user", callers::everybody, "Creates or changes a user", "sendActivationMail",
     "User", "User", "404 409"},
    {get, "/api/user/{userId}", callers::everybody, "Reads a user", "", "", "User"},
    {remove, "/api/user/{userId}", callers::administrators, "Deletes a user"},
    {get, "/api/user/{userId}/activationLink", callers::administrators,
     "Reads the link by which a new user chooses a password", "", "", "text/plain"},
    {get, "/api/users", callers::everybody, "Lists users", any_page, "", "{User}"},
    {get, "/api/customer/{customerId}/users", callers::tenant, "Lists a customer's users", any_page,
     "", "{User}"},
    {get, "/api/tenant/{tenantId}/users", callers::system, "Lists a tenant's users", any_page, "",
     "{User}"},
};

constexpr operation tenant_operations[] = {
    {post, "/api/tenant", callers::system, "Creates or changes a tenant", "", "Tenant", "Tenant",
     "404 409"},
    {get, "/api/tenant/{tenantId}", callers::administrators, "Reads a tenant", "", "", "Tenant"},
    {remove, "/api/tenant/{tenantId}", callers::system,
     "Deletes a tenant and everything that belongs to it"},
    {get, "/api/tenants", callers::system, "Lists tenants", any_page, "", "{Tenant}"},
};

constexpr operation audit_operations[] = {
    {get, "/api/audit/logs", callers::administrators, "Lists changes", audit_page, "",
     "{AuditLog}"},
    {get, "/api/audit/logs/entity/{entityType}/{entityId}", callers::administrators,
     "Lists changes of an entity", audit_page, "", "{AuditLog}"},
    {get, "/api/audit/logs/customer/{customerId}", callers::administrators,
     "Lists changes of a customer's entities", audit_page, "", "{AuditLog}"},
    {get, "/api/audit/logs/user/{userId}", callers::administrators, "Lists changes by a user",
     audit_page, "", "{AuditLog}"},
};

} // namespace

const std::span<const operation> log_in{log_in_operations};
const std::span<const operation> device_profiles{profile_operations};
const std::span<const operation> packages{package_operations};
const std::span<const operation> customers{customer_operations};
const std::span<const operation> users{user_operations};
const std::span<const operation> tenants{tenant_operations};
const std::span<const operation> audit_log{audit_operations};

} // namespace muster::http::openapi
