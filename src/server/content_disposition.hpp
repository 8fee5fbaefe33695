#pragma once
#include <string>
#include <string_view>

namespace tessera::server {

/// RFC 6266: `inline; filename="Caf_ 1.mp4"; filename*=UTF-8''Caf%C3%A9%201.mp4`. `name` is UTF-8; what a
/// file system or a header could read otherwise (slashes, quotes, control characters, a leading dot) is
/// replaced. The second form is left out when the first says it all.
std::string content_disposition(std::string_view name, bool attachment);

}  // namespace tessera::server
