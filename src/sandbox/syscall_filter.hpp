#pragma once
// Seccomp: which system calls this process can make. A filter holds for every thread of the process, and for
// ever.

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sandbox/policy.hpp"

namespace tessera::sandbox {

/// The calls that no child of the server makes after its start, and that help whoever has taken one over.
/// Refused with EPERM. Names that a machine's libseccomp or architecture does not know are left out.
const std::vector<std::string_view>& forbidden_syscalls();

/// The families (AF_…) that sockets may have under a policy.
std::vector<int> socket_families(Network network);

/// Whether the kernel takes filters that refuse a call with an error.
bool seccomp_available();

/// Refuses the calls above; new processes; namespaces; socket families other than the policy's; and signals
/// and limits for other processes. Error "sandbox".
Result<void> apply_syscall_filter(const Policy& policy);

}  // namespace tessera::sandbox
