// docs/dashboard.json against what /metrics says.
#include "http/operation/metrics.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace muster::http {

namespace {

/// Metrics that are left out of the dashboard on purpose.
const std::set<std::string> omitted = {};

/// A metric as `/metrics` shows it.
struct shown_metric {
  bool cumulative = false;
  std::set<std::string> labels;
};

/// By the name of a sample, that of a histogram's buckets, sum and count too.
std::map<std::string, shown_metric> shown_metrics() {
  service_status below;
  below.commit_time.add(1);
  below.commit_batch.add(1);
  below.cluster.emplace();
  endpoint_reading endpoint;
  endpoint.method = "GET";
  endpoint.path = "/metrics";
  endpoint.codes = {{200, 1}};
  endpoint.latency_count = 1;
  std::istringstream text(render_metrics(below, {}, {endpoint}, 1));
  static const std::regex sample(R"((\w+)(\{(.*)\})? \S+)");
  static const std::regex label(R"re((\w+)=")re");
  std::map<std::string, shown_metric> found;
  bool cumulative = false;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("# TYPE ")) {
      cumulative = !line.ends_with(" gauge");
    }
    std::smatch parts;
    if (std::regex_match(line, parts, sample)) {
      auto& metric = found[parts[1]];
      metric.cumulative = cumulative;
      const std::string labels = parts[3];
      for (std::sregex_iterator one(labels.begin(), labels.end(), label), end; one != end; ++one) {
        metric.labels.insert((*one)[1]);
      }
    }
  }
  return found;
}

/// A histogram is one metric.
std::string family_of(const std::string& name) {
  static const std::regex part("_(bucket|sum|count)$");
  return std::regex_replace(name, part, "");
}

void collect(const nlohmann::json& from, std::vector<std::string>& expressions) {
  for (const auto& [name, value] : from.items()) {
    if (name == "expr") {
      expressions.push_back(value);
    } else if (value.is_structured()) {
      collect(value, expressions);
    }
  }
}

std::vector<std::string> dashboard_expressions() {
  std::ifstream file(MUSTER_SOURCE_DIR "/docs/dashboard.json");
  std::vector<std::string> expressions;
  collect(nlohmann::json::parse(file), expressions);
  return expressions;
}

/// A metric as an expression asks for it.
struct asked_metric {
  std::string name;
  std::set<std::string> labels;
  /// As a rate or an increase.
  bool over_time = false;
};

std::vector<asked_metric> metrics_of(const std::string& expression) {
  static const std::regex selector(R"(((?:rate|increase)\()?\b(\w+)\{([^}]*)\})");
  static const std::regex matcher(R"re((\w+)(?:=|!=|=~|!~)")re");
  std::vector<asked_metric> found;
  for (std::sregex_iterator one(expression.begin(), expression.end(), selector), end; one != end;
       ++one) {
    asked_metric metric{(*one)[2], {}, (*one)[1].matched};
    const std::string labels = (*one)[3];
    for (std::sregex_iterator of(labels.begin(), labels.end(), matcher); of != end; ++of) {
      metric.labels.insert((*of)[1]);
    }
    found.push_back(std::move(metric));
  }
  return found;
}

/// The labels that `sum by (...)` names.
std::set<std::string> grouped_by(const std::string& expression) {
  static const std::regex grouping(R"(by \(([^)]*)\))");
  static const std::regex word(R"(\w+)");
  std::set<std::string> found;
  for (std::sregex_iterator one(expression.begin(), expression.end(), grouping), end; one != end;
       ++one) {
    const std::string names = (*one)[1];
    for (std::sregex_iterator name(names.begin(), names.end(), word); name != end; ++name) {
      found.insert(name->str());
    }
  }
  return found;
}

} // namespace

TEST_CASE("every panel of the dashboard asks for what is there") {
  const auto shown = shown_metrics();
  for (const auto& expression : dashboard_expressions()) {
    INFO(expression);
    const auto asked = metrics_of(expression);
    CHECK_FALSE(asked.empty());
    for (const auto& metric : asked) {
      INFO(metric.name);
      REQUIRE(shown.contains(metric.name));
      const auto& of = shown.at(metric.name);
      CHECK(metric.over_time == of.cumulative);
      auto wanted = metric.labels;
      wanted.merge(grouped_by(expression));
      // Prometheus adds these two.
      CHECK(wanted.erase("job") == 1);
      CHECK(wanted.erase("instance") == 1);
      for (const auto& label : wanted) {
        INFO(label);
        CHECK(of.labels.contains(label));
      }
    }
  }
}

TEST_CASE("every metric is on the dashboard or left out on purpose") {
  std::set<std::string> asked;
  for (const auto& expression : dashboard_expressions()) {
    for (const auto& metric : metrics_of(expression)) {
      asked.insert(family_of(metric.name));
    }
  }
  for (const auto& [name, metric] : shown_metrics()) {
    INFO(name);
    CHECK(asked.contains(family_of(name)) != omitted.contains(family_of(name)));
  }
}

} // namespace muster::http
