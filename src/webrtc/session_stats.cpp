#include "webrtc/session_stats.hpp"

#include <algorithm>

namespace tessera::webrtc {
namespace {

template <typename T>
T field(const GstStructure* source, const char* name, GType type) {
  T value{};
  const GValue* held = gst_structure_get_value(source, name);
  if (held && G_VALUE_HOLDS(held, type)) gst_structure_get(source, name, type, &value, nullptr);
  return value;
}

void read_source(const GstStructure* source, Endpoint::Stats& stats) {
  const bool internal = field<gboolean>(source, "internal", G_TYPE_BOOLEAN);
  if (internal) {
    stats.bytes_sent += field<guint64>(source, "octets-sent", G_TYPE_UINT64);
    return;
  }
  if (const int lost = field<int>(source, "packets-lost", G_TYPE_INT); lost > 0)
    stats.packets_lost += static_cast<std::uint64_t>(lost);
  const int clock_rate = field<int>(source, "clock-rate", G_TYPE_INT);
  const double jitter = field<guint>(source, "jitter", G_TYPE_UINT);
  if (clock_rate > 0) stats.jitter_ms = std::max(stats.jitter_ms, jitter * 1000.0 / clock_rate);
  if (!field<gboolean>(source, "have-rb", G_TYPE_BOOLEAN)) return;
  stats.peer_loss = std::max(stats.peer_loss, field<guint>(source, "rb-fractionlost", G_TYPE_UINT) / 256.0);
  // RFC 3550: in units of 1/65536 s.
  stats.round_trip_ms =
      std::max(stats.round_trip_ms, field<guint>(source, "rb-round-trip", G_TYPE_UINT) * 1000.0 / 65536.0);
}

const GstStructure* member(const GstStructure* statistics, const char* id) {
  const GValue* held = id ? gst_structure_get_value(statistics, id) : nullptr;
  return held && GST_VALUE_HOLDS_STRUCTURE(held) ? gst_value_get_structure(held) : nullptr;
}

std::string describe(const GstStructure* candidate) {
  if (!candidate) return "?";
  const char* type = gst_structure_get_string(candidate, "candidate-type");
  const char* address = gst_structure_get_string(candidate, "address");
  return fmt::format("{} {}:{}", type ? type : "?", address ? address : "?",
                     field<guint>(candidate, "port", G_TYPE_UINT));
}

}  // namespace

void read_session(GstElement* rtpbin, Endpoint::Stats& stats) {
  GObject* raw = nullptr;
  g_signal_emit_by_name(rtpbin, "get-internal-session", 0u, &raw);
  const auto session = gst::adopt(raw);
  if (!session) return;
  GstStructure* held = nullptr;
  g_object_get(session.get(), "stats", &held, nullptr);
  const auto content = gst::adopt(held);
  const GValue* sources = content ? gst_structure_get_value(content.get(), "source-stats") : nullptr;
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  if (!sources || !G_VALUE_HOLDS(sources, g_value_array_get_type())) return;
  const auto* list = static_cast<const GValueArray*>(g_value_get_boxed(sources));
  for (guint i = 0; list && i < list->n_values; ++i)
    if (const GstStructure* source = gst_value_get_structure(&list->values[i])) read_source(source, stats);
  G_GNUC_END_IGNORE_DEPRECATIONS
}

std::string selected_pair(const GstStructure* statistics) {
  std::string text;
  for (int i = 0; statistics && i < gst_structure_n_fields(statistics); ++i) {
    const GstStructure* entry =
        member(statistics, gst_structure_nth_field_name(statistics, static_cast<guint>(i)));
    const char* local = entry ? gst_structure_get_string(entry, "local-candidate-id") : nullptr;
    const char* remote = entry ? gst_structure_get_string(entry, "remote-candidate-id") : nullptr;
    if (local && remote)
      text = describe(member(statistics, local)) + " – " + describe(member(statistics, remote));
  }
  return text;
}

}  // namespace tessera::webrtc
