#include "server/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <regex>

namespace tessera::server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

bool is_metric_name(const std::string& name) {
  static const std::regex pattern("[a-zA-Z_:][a-zA-Z0-9_:]*");
  return name.size() <= 128 && std::regex_match(name, pattern);
}

bool is_label_name(const std::string& name) {
  static const std::regex pattern("[a-zA-Z_][a-zA-Z0-9_]*");
  return name.size() <= 64 && name != "room" && !name.starts_with("__") && std::regex_match(name, pattern);
}

MetricFamily gauge(std::string name, std::string help, double value, MetricType type = MetricType::Gauge) {
  ClientMetric sample;
  if (type == MetricType::Counter)
    sample.counter.value = value;
  else
    sample.gauge.value = value;
  return {std::move(name), std::move(help), type, {std::move(sample)}};
}

ClientMetric sample_of(const std::string& room, const Json& metric, MetricType type) {
  ClientMetric sample;
  sample.label.push_back({"room", room});
  for (const auto& [name, value] : metric["labels"].members())
    if (is_label_name(name))
      sample.label.push_back({name, value.is_string() ? value.as_string() : value.dump()});
  if (type == MetricType::Counter)
    sample.counter.value = metric["value"].as_double();
  else
    sample.gauge.value = metric["value"].as_double();
  return sample;
}

}  // namespace

struct Metrics::State {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("tessera_http_requests_total")
                                                          .Help("HTTP requests answered")
                                                          .Register(registry);
  prometheus::Family<prometheus::Counter>& messages = prometheus::BuildCounter()
                                                          .Name("tessera_websocket_messages_total")
                                                          .Help("WebSocket messages, by direction")
                                                          .Register(registry);
  prometheus::Family<prometheus::Counter>& recordings = prometheus::BuildCounter()
                                                            .Name("tessera_recordings_total")
                                                            .Help("Recordings, by how they came out")
                                                            .Register(registry);
  prometheus::Family<prometheus::Counter>& removed =
      prometheus::BuildCounter()
          .Name("tessera_recordings_removed_total")
          .Help("Recordings deleted by the rules of retention, by reason")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& uploads = prometheus::BuildCounter()
                                                         .Name("tessera_recording_uploads_total")
                                                         .Help("Attempts to upload a recording, by outcome")
                                                         .Register(registry);
  prometheus::Gauge& kept = prometheus::BuildGauge()
                                .Name("tessera_recordings_kept")
                                .Help("Recordings on this disk")
                                .Register(registry)
                                .Add({});
  prometheus::Gauge& kept_bytes = prometheus::BuildGauge()
                                      .Name("tessera_recordings_kept_bytes")
                                      .Help("What the recordings on this disk take")
                                      .Register(registry)
                                      .Add({});
  prometheus::Gauge& uploads_waiting = prometheus::BuildGauge()
                                           .Name("tessera_recording_uploads_waiting")
                                           .Help("Finished recordings whose copy is not yet verified")
                                           .Register(registry)
                                           .Add({});
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::count_request(const std::string& method, int status) {
  // A label per made-up method would let a client fill our memory.
  static const std::regex known("GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS");
  const bool is_known = std::regex_match(method, known);
  state_->requests.Add({{"method", is_known ? method : "other"}, {"code", std::to_string(status)}})
      .Increment();
}

void Metrics::count_socket_message(bool received) {
  state_->messages.Add({{"direction", received ? "in" : "out"}}).Increment();
}

void Metrics::count_recording(const std::string& state) {
  state_->recordings.Add({{"state", state}}).Increment();
}

void Metrics::count_removed_recording(const std::string& reason) {
  state_->removed.Add({{"reason", reason}}).Increment();
}

void Metrics::set_recordings_kept(std::size_t recordings, std::uint64_t bytes) {
  state_->kept.Set(static_cast<double>(recordings));
  state_->kept_bytes.Set(static_cast<double>(bytes));
}

void Metrics::count_upload(const std::string& outcome) {
  state_->uploads.Add({{"outcome", outcome}}).Increment();
}

void Metrics::set_uploads_waiting(std::size_t recordings) {
  state_->uploads_waiting.Set(static_cast<double>(recordings));
}

std::string Metrics::text(const MetricsSnapshot& now,
                          const std::vector<std::pair<std::string, Json>>& rooms) const {
  std::vector<MetricFamily> families = state_->registry.Collect();
  const auto count = [](auto value) { return static_cast<double>(value); };
  families.push_back(gauge("tessera_rooms", "Open rooms", count(now.rooms)));
  families.push_back(gauge("tessera_spare_rooms", "Room processes kept warm", count(now.spare_rooms)));
  families.push_back(gauge("tessera_websockets", "Open WebSocket connections", count(now.websockets)));
  families.push_back(gauge("tessera_whip_sessions", "WHIP and WHEP sessions", count(now.whip_sessions)));
  families.push_back(gauge("tessera_ready", "1 while new rooms and sessions are taken", now.ready ? 1 : 0));
  families.push_back(gauge("tessera_rooms_opened_total", "Rooms opened since the start",
                           count(now.rooms_opened), MetricType::Counter));
  families.push_back(gauge("tessera_room_crashes_total", "Room processes that ended unasked",
                           count(now.room_crashes), MetricType::Counter));
  families.push_back(gauge("tessera_layouts", "Layouts in use", count(now.layouts)));
  families.push_back(gauge("tessera_layouts_refused", "Layout files that are refused as they are now",
                           count(now.refused_layouts)));
  families.push_back(gauge("tessera_layout_reloads_total", "Changes of the layouts that were taken",
                           count(now.layout_reloads), MetricType::Counter));
  families.push_back(gauge("tessera_layout_refusals_total", "Times that a layout file was refused",
                           count(now.layout_refusals), MetricType::Counter));

  std::map<std::string, MetricFamily> from_rooms;
  for (const auto& [room, metrics] : rooms) {
    for (const auto& metric : metrics.items()) {
      const std::string name = metric["name"].as_string();
      if (!is_metric_name(name) || !metric["value"].is_number()) continue;
      const auto type = metric["type"].as_string() == "counter" ? MetricType::Counter : MetricType::Gauge;
      const auto [family, added] =
          from_rooms.try_emplace(name, MetricFamily{name, metric["help"].as_string(), type, {}});
      family->second.metric.push_back(sample_of(room, metric, family->second.type));
    }
  }
  for (auto& [name, family] : from_rooms) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace tessera::server
