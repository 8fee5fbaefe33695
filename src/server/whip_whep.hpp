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
  /// Who asks for a seat, and as what.
  struct Guest {
    Person who;
    Role allowed = Role::viewer;  ///< the highest role that their token gives
    Role role = Role::viewer;
    Json params = Json::object();  ///< of the room's `join`
    std::shared_ptr<PendingSeats::Place> pending{};
    std::string name{};    ///< as it was given, "" when it was not
    std::string resume{};  ///< of the seat, once they have it
    bool again = false;    ///< the seat is that of an earlier session of theirs
  };
  /// Errors: "kept-out", "forbidden" (whoever was made a viewer publishes nothing), "too-many-pending".
  Result<Guest> guest_of(const std::string& kind, const HttpRequest& request, const Identity& identity,
                         const std::string& room) const;
  void join(const std::string& kind, const RequestPtr& request, const std::shared_ptr<LiveRoom>& room,
            const Guest& guest, const Respond& respond);
  void offer(const std::string& kind, const RequestPtr& request, const std::shared_ptr<LiveRoom>& room,
             const std::string& participant, const Guest& guest, const Respond& respond);
  HttpResponse patch(const std::string& kind, const HttpRequest& request, const PathParams& params);
  HttpResponse end(const std::string& kind, const HttpRequest& request, const PathParams& params);
  std::shared_ptr<WhipSession> find(const std::string& kind, const PathParams& params) const;
  /// The session of a publisher of that personal subject and name in `room`; null when there is none.
  std::shared_ptr<WhipSession> session_of(const std::string& room, const Guest& guest) const;
  enum class Of { endpoint, session };
  Result<Identity> allowed(const std::string& kind, const HttpRequest& request, std::string_view room,
                           Of what) const;

  const FrontDeps deps_;
  std::map<std::string, std::shared_ptr<WhipSession>> sessions_;
};

}  // namespace tessera::server
