#include "webrtc/parameter_sets.hpp"

#include <cstdint>
#include <optional>
#include <vector>

#include "webrtc/sdp.hpp"

namespace tessera::webrtc {
namespace {

constexpr unsigned sequence_set = 7, picture_set = 8;
constexpr std::size_t most_sets = 16, most_bytes = 1024;  // of one; real ones have 10 to 100
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648, 4. Padding may be missing, as some senders leave it out.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() > most_bytes * 4 / 3 || text.size() % 4 == 1) return std::nullopt;
  std::vector<std::uint8_t> bytes;
  std::uint32_t bits = 0;
  int filled = 0;
  for (const char letter : text) {
    const auto value = alphabet.find(letter);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    if ((filled += 6) < 8) continue;
    filled -= 8;
    bytes.push_back(static_cast<std::uint8_t>(bits >> filled));
  }
  return bytes;
}

std::string to_base64(const std::vector<std::uint8_t>& bytes) {
  gchar* text = g_base64_encode(bytes.data(), bytes.size());
  std::string result(text);
  g_free(text);
  return result;
}

GstPadProbeReturn on_caps(GstPad*, GstPadProbeInfo* info, gpointer data) {
  GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
  if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return GST_PAD_PROBE_OK;
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  const auto with_sets = gst::adopt(gst_caps_copy(caps));
  gst_caps_set_simple(with_sets.get(), "sprop-parameter-sets", G_TYPE_STRING,
                      static_cast<std::string*>(data)->c_str(), nullptr);
  GstEvent* replaced = gst_event_new_caps(with_sets.get());
  gst_event_set_seqnum(replaced, gst_event_get_seqnum(event));
  gst_event_unref(event);
  info->data = replaced;
  return GST_PAD_PROBE_OK;
}

}  // namespace

std::string checked_parameter_sets(std::string_view sprop) {
  if (sprop.size() > most_sets * most_bytes * 2) return "";
  const auto pieces = split(sprop, ',');
  if (pieces.size() > most_sets) return "";
  std::string checked;
  bool sequence = false, picture = false;
  for (const auto piece : pieces) {
    const auto unit = from_base64(piece);
    if (!unit || unit->size() < 2) return "";
    const unsigned type = unit->front() & 0x1FU;
    const bool forbidden = (unit->front() & 0x80U) != 0;
    if (forbidden) return "";
    if (type != sequence_set && type != picture_set) continue;  // extensions, which are not needed
    (type == sequence_set ? sequence : picture) = true;
    checked += (checked.empty() ? "" : ",") + to_base64(*unit);
  }
  return sequence && picture ? checked : "";
}

void give_parameter_sets(GstPad* sink, std::string checked) {
  gst_pad_add_probe(sink, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_caps, new std::string(std::move(checked)),
                    [](gpointer data) { delete static_cast<std::string*>(data); });
}

}  // namespace tessera::webrtc
