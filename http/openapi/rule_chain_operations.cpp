#include "http/openapi/operations.hpp"

namespace muster::http::openapi {

namespace {

constexpr std::string_view event_page =
    "tenantId pageSize! page! sortProperty sortOrder startTime endTime";

constexpr operation chain_operations[] = {
    {post, "/api/ruleChain", callers::tenant, "Creates or changes a rule chain without its nodes",
     "", "RuleChain", "RuleChain", "404 409"},
    {get, "/api/ruleChain/{ruleChainId}", callers::tenant, "Reads a rule chain without its nodes",
     "", "", "RuleChain"},
    {remove, "/api/ruleChain/{ruleChainId}", callers::tenant, "Deletes a rule chain"},
    {post, "/api/ruleChain/{ruleChainId}/root", callers::tenant, "Makes a rule chain the root", "",
     "", "RuleChain", "409"},
    {post, "/api/ruleChain/device/default", callers::tenant,
     "Creates a rule chain of the default nodes", "", "RuleChainName", "RuleChain"},
    {get, "/api/ruleChains", callers::tenant, "Lists rule chains, or reads several",
     "pageSize page textSearch sortProperty sortOrder type ruleChainIds", "", "{RuleChain}"},
    {get, "/api/ruleChains/list", callers::tenant, "Reads several rule chains", "ruleChainIds!", "",
     "[RuleChain]"},
    {get, "/api/ruleChain/tbelEnabled", callers::tenant, "Whether nodes may have TBEL scripts", "",
     "", "bool"},
    {get, "/api/ruleNode/{ruleNodeId}/debugIn", callers::tenant,
     "Reads the last message that came to a debugged rule node", "", "", "RuleEventBody"},
    {get, "/api/events/{entityType}/{entityId}", callers::tenant,
     "Lists the life-cycle events of a rule node", event_page, "", "{RuleEvent}"},
    {get, "/api/events/{entityType}/{entityId}/{eventType}", callers::tenant,
     "Lists the events of a rule node or of a chain's nodes", event_page, "", "{RuleEvent}"},
    {post, "/api/events/{entityType}/{entityId}", callers::tenant,
     "Searches the events of a rule node or of a chain's nodes", event_page, "RuleEventFilter",
     "{RuleEvent}"},
    {post, "/api/events/{entityType}/{entityId}/clear", callers::tenant,
     "Forgets the events of a rule node or of a chain's nodes", "startTime endTime",
     "RuleEventFilter?"},
    {post, "/api/ruleChain/testScript", callers::tenant, "Tries a script on a message",
     "scriptLang", "ScriptTest", "ScriptOutcome"},
    {get, "/api/ruleChain/{ruleChainId}/metadata", callers::tenant,
     "Reads a rule chain's nodes and connections", "", "", "RuleChainMetaData"},
    {post, "/api/ruleChain/metadata", callers::tenant,
     "Replaces a rule chain's nodes and connections", "updateRelated", "RuleChainMetaData",
     "RuleChainMetaData", "404 409"},
    {get, "/api/ruleChain/{ruleChainId}/output/labels", callers::tenant,
     "Lists the names along which messages leave a rule chain", "", "", "[text]"},
    {get, "/api/ruleChain/{ruleChainId}/output/labels/usage", callers::tenant,
     "Lists the nodes that messages come back to from a rule chain", "", "",
     "[RuleChainLabelsUsage]"},
    {get, "/api/ruleChains/export", callers::tenant, "Writes rule chains as a file", "limit!", "",
     "RuleChainData"},
    {post, "/api/ruleChains/import", callers::tenant,
     "Creates or replaces the rule chains of a file", "overwrite", "RuleChainData",
     "[RuleChainImportResult]", "409"},
};

} // namespace

const std::span<const operation> rule_chains{chain_operations};

} // namespace muster::http::openapi
