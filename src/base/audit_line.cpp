#include "base/audit_line.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace tessera {
namespace {

// Never destroyed: threads that outlive main() may still write while the process exits.
spdlog::logger& logger() {
  static auto* instance = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    auto* made = new std::shared_ptr<spdlog::logger>(std::make_shared<spdlog::logger>("audit", sink));
    (*made)->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%-5l%$ [%n] %v");
    (*made)->set_level(spdlog::level::info);
    (*made)->flush_on(spdlog::level::info);
    return made;
  }();
  return **instance;
}

}  // namespace

void write_audit_line(std::string_view line) {
  logger().info(spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace tessera
