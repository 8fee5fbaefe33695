#include "sandbox/capabilities.hpp"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace tessera::sandbox {

Result<void> drop_capabilities() {
  // The bridge asks for a higher priority for its thread (media/bridge.cpp).
  constexpr std::uint32_t kept = (1U << CAP_DAC_OVERRIDE) | (1U << CAP_FOWNER) | (1U << CAP_SYS_NICE);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[2] = {};
  if (::syscall(SYS_capget, &header, sets) != 0)
    return error("sandbox", "capabilities cannot be read: {}", std::strerror(errno));
  sets[0].permitted &= kept;
  sets[0].effective &= kept;
  sets[0].inheritable = 0;
  sets[1] = {};
  if (::syscall(SYS_capset, &header, sets) != 0)
    return error("sandbox", "capabilities cannot be dropped: {}", std::strerror(errno));
  return {};
}

}  // namespace tessera::sandbox
