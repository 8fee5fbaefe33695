#include "webrtc/ice_setup.hpp"

namespace tessera::webrtc {

std::string stun_url_for_webrtcbin(std::string_view url) {
  constexpr std::string_view scheme = "stun:";
  return url.starts_with(scheme) ? "stun://" + std::string(url.substr(scheme.size())) : std::string(url);
}

Reach reach_of(const IceSettings& settings) {
  Reach reach{settings.loopback, settings.link_local};
  for (const auto& address : settings.addresses) {
    reach.loopback |= nearness_of(address) == Nearness::loopback;
    reach.link_local |= nearness_of(address) == Nearness::link_local;
  }
  return reach;
}

Result<void> configure_ice(GstElement* webrtcbin, const IceSettings& settings) {
  const auto ice = gst::object_property<GObject>(webrtcbin, "ice-agent");
  if (!ice)
    return error("missing-plugin", "webrtcbin has no ICE agent; install gstreamer1.0-nice and try again");
  const auto agent = gst::object_property<GObject>(ice.get(), "agent");
  // UPnP costs a thread and sockets per peer and punches holes nobody asked for; ICE-TCP is not offered.
  if (agent) g_object_set(agent.get(), "upnp", FALSE, nullptr);
  g_object_set(ice.get(), "ice-tcp", FALSE, nullptr);
  // Largest first: each is checked against the other.
  if (settings.max_port > 0)
    g_object_set(ice.get(), "max-rtp-port", static_cast<guint>(settings.max_port), nullptr);
  if (settings.min_port > 0)
    g_object_set(ice.get(), "min-rtp-port", static_cast<guint>(settings.min_port), nullptr);
  for (const auto& address : settings.addresses) {
    gboolean added = FALSE;
    g_signal_emit_by_name(ice.get(), "add-local-ip-address", address.c_str(), &added);
    if (!added) return error("bad-config", "\"{}\" is not an IP address that ICE can gather on", address);
  }
  if (!settings.stun.empty())
    g_object_set(webrtcbin, "stun-server", stun_url_for_webrtcbin(settings.stun).c_str(), nullptr);
  for (const auto& server : settings.turn) {
    gboolean added = FALSE;
    g_signal_emit_by_name(webrtcbin, "add-turn-server", server.c_str(), &added);
    // The address holds a password: it is not repeated in the message.
    if (!added)
      return error("bad-config",
                   "a TURN server was refused; expected turn(s)://user:pass@host:port?transport=udp");
  }
  return {};
}

}  // namespace tessera::webrtc
