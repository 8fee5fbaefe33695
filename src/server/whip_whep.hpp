#pragma once
// WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): publishing and watching with nothing but HTTP and one
// offer.

#include <map>
#include <memory>
#include <string>

#include "server/front_deps.hpp"
#include "server/router.hpp"
#include "server/whip_session.hpp"

namespace tessera::server {

/// Owned by the front, on the control thread.
class WhipWhep {
 public:
  WhipWhep(const FrontDeps& deps, Router& router);

  [[nodiscard]] std::size_t size() const { return sessions_.size(); }

 private:
  using RequestPtr = std::shared_ptr<const HttpRequest>;
  void add_routes(Router& router, const std::string& kind);
  void create(const std::string& kind, const RequestPtr& request, const std::string& room,
              const Respond& respond);
  void join(const std::string& kind, const RequestPtr& request, const std::shared_ptr<LiveRoom>& room,
            Json params, const Respond& respond);
  void offer(const std::string& kind, const RequestPtr& request, const std::shared_ptr<LiveRoom>& room,
             const std::string& participant, const Respond& respond);
  HttpResponse patch(const std::string& kind, const HttpRequest& request, const PathParams& params);
  HttpResponse end(const std::string& kind, const HttpRequest& request, const PathParams& params);
  std::shared_ptr<WhipSession> find(const std::string& kind, const PathParams& params) const;
  Result<Identity> allowed(const std::string& kind, const HttpRequest& request, std::string_view room) const;

  const FrontDeps deps_;
  std::map<std::string, std::shared_ptr<WhipSession>> sessions_;
};

}  // namespace tessera::server
