#include "webrtc/ice_life.hpp"

#include <linux/sockios.h>
#include <nice/agent.h>
#include <sys/ioctl.h>
#include <sys/time.h>

namespace tessera::webrtc {
namespace {

// Of webrtcbin, whose sections share one transport.
constexpr guint stream = 1, component = 1;

}  // namespace

std::optional<GstClockTime> last_datagram_age(GstElement* webrtcbin) {
  const auto ice = gst::object_property<GObject>(webrtcbin, "ice-agent");
  const auto agent = ice ? gst::object_property<GObject>(ice.get(), "agent") : nullptr;
  if (!agent) return std::nullopt;
  const auto socket =
      gst::adopt(G_OBJECT(nice_agent_get_selected_socket(NICE_AGENT(agent.get()), stream, component)));
  if (!socket) return std::nullopt;
  timeval stamp{}, now{};
  if (ioctl(g_socket_get_fd(G_SOCKET(socket.get())), SIOCGSTAMP, &stamp) != 0) return std::nullopt;
  gettimeofday(&now, nullptr);
  const auto age = (static_cast<std::int64_t>(now.tv_sec) - stamp.tv_sec) * GST_SECOND +
                   (static_cast<std::int64_t>(now.tv_usec) - stamp.tv_usec) * GST_USECOND;
  return age >= 0 ? std::optional<GstClockTime>(static_cast<GstClockTime>(age)) : std::nullopt;
}

}  // namespace tessera::webrtc
