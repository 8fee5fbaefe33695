#include "server/openapi.hpp"

namespace tessera::server {

// clang-format off
std::string_view openapi_document() {
  // In pieces: compilers need not take longer literals.
  return
R"json({
 "openapi": "3.1.0",
 "info": {
  "title": "Tessera",
  "version": "1",
  "description": "Rooms, participants, layouts and recordings. Errors are RFC 9457 problem details with a stable word in `code`.",
  "license": {
   "name": "Apache-2.0",
   "identifier": "Apache-2.0"
  }
 },
 "servers": [
  {
   "url": "/"
  }
 ],
 "security": [
  {
   "bearer": []
  },
  {}
 ],
 "paths": {
  "/api/v1/rooms": {
   "get": {
    "summary": "Open rooms",
    "tags": [
     "rooms"
    ],
    "responses": {
     "200": {
      "description": "The rooms that the token covers",
      "content": {
       "application/json": {
        "schema": {
         "type": "object",
         "properties": {
          "rooms": {
           "type": "array",
           "items": {
            "$ref": "#/components/schemas/RoomSummary"
           }
          }
         }
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/api/v1/rooms/{room}": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Room"
    }
   ],
   "get": {
    "summary": "Looks at a room",
    "tags": [
     "rooms"
    ],
    "responses": {
     "200": {
      "description": "Its state",
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/Room"
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   },
   "put": {
    "summary": "Opens a room, if it is not open",
    "tags": [
     "rooms"
    ],
    "responses": {
     "200": {
      "description": "It was open",
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/Room"
        }
       }
      }
     },
     "201": {
      "description": "It has been opened",
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/Room"
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "requestBody": {
     "content": {
      "application/json": {
       "schema": {
        "$ref": "#/components/schemas/RoomSettings"
       }
      }
     }
    }
   },
   "patch": {
    "summary": "Changes a room",
    "tags": [
     "rooms"
    ],
    "responses": {
     "200": {
      "description": "Its state",
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/Room"
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "requestBody": {
     "content": {
      "application/json": {
       "schema": {
        "$ref": "#/components/schemas/RoomChanges"
       }
      }
     }
    }
   },
   "delete": {
    "summary": "Ends a room",
    "tags": [
     "rooms"
    ],
    "responses": {
     "204": {
      "description": "It is ending"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/api/v1/rooms/{room}/participants/{participant}": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Room"
    },
    {
     "$ref": "#/components/parameters/Participant"
    }
   ],
   "patch": {
    "summary": "Mutes, turns up or down, pins, renames, gives a role",
    "tags": [
     "participants"
    ],
    "responses": {
     "200": {
      "description": "The participant",
      "content": {
       "application/json": {
        "schema": {
         "type": "object",
         "properties": {
          "participant": {
           "$ref": "#/components/schemas/Participant"
          }
         }
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "requestBody": {
     "content": {
      "application/json": {
       "schema": {
        "$ref": "#/components/schemas/ParticipantChanges"
       }
      }
     }
    }
   },
   "delete": {
    "summary": "Removes a participant",
    "tags": [
     "participants"
    ],
    "responses": {
     "204": {
      "description": "Removed"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
)json"
R"json(  "/api/v1/rooms/{room}/participants": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Room"
    }
   ],
   "patch": {
    "summary": "Mutes everybody, or lifts that, but for exceptions",
    "tags": [
     "sound"
    ],
    "responses": {
     "200": {
      "description": "Whom it changed",
      "content": {
       "application/json": {
        "schema": {
         "type": "object",
         "properties": {
          "changed": {
           "type": "array",
           "items": {
            "type": "string"
           }
          }
         }
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "requestBody": {
     "content": {
      "application/json": {
       "schema": {
        "type": "object",
        "required": [
         "muted"
        ],
        "properties": {
         "muted": {
          "type": "boolean"
         },
         "except": {
          "type": "array",
          "items": {
           "type": "string"
          }
         }
        }
       }
      }
     }
    }
   }
  },
  "/api/v1/rooms/{room}/announcements": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Room"
    }
   ],
   "get": {
    "summary": "What plays or waits, and what there is to play",
    "tags": [
     "sound"
    ],
    "responses": {
     "200": {
      "description": "Announcements, files and built-in sounds",
      "content": {
       "application/json": {
        "schema": {
         "type": "object",
         "properties": {
          "announcements": {
           "type": "array",
           "items": {
            "$ref": "#/components/schemas/Announcement"
           }
          },
          "files": {
           "type": "array",
           "items": {
            "type": "string"
           }
          },
          "builtin": {
           "type": "array",
           "items": {
            "type": "string"
           }
          }
         }
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   },
   "post": {
    "summary": "Plays a sound to the room or to one participant",
    "tags": [
     "sound"
    ],
    "responses": {
     "201": {
      "description": "It plays when its turn comes",
      "headers": {
       "Location": {
        "schema": {
         "type": "string"
        }
       }
      },
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/Announcement"
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "requestBody": {
     "content": {
      "application/json": {
       "schema": {
        "$ref": "#/components/schemas/AnnouncementOrder"
       }
      }
     }
    }
   }
  },
  "/api/v1/rooms/{room}/announcements/{announcement}": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Room"
    },
    {
     "name": "announcement",
     "in": "path",
     "required": true,
     "schema": {
      "type": "string"
     }
    }
   ],
   "delete": {
    "summary": "Stops it",
    "tags": [
     "sound"
    ],
    "responses": {
     "204": {
      "description": "It fades out"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
)json"
R"json(  "/api/v1/rooms/{room}/layout": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Room"
    }
   ],
   "put": {
    "summary": "Chooses the layout",
    "tags": [
     "layouts"
    ],
    "responses": {
     "200": {
      "description": "The layout",
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/LayoutState"
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "requestBody": {
     "content": {
      "application/json": {
       "schema": {
        "type": "object",
        "properties": {
         "name": {
          "type": [
           "string",
           "null"
          ],
          "description": "null: the rules and the room's default decide again"
         },
         "pinned": {
          "type": "object",
          "description": "Region of the layout to participant",
          "additionalProperties": {
           "type": "string"
          }
         }
        }
       }
      }
     }
    }
   }
  },
  "/api/v1/layouts": {
   "get": {
    "summary": "Layouts there are",
    "tags": [
     "layouts"
    ],
    "responses": {
     "200": {
      "description": "Names and titles",
      "content": {
       "application/json": {
        "schema": {
         "type": "object",
         "properties": {
          "layouts": {
           "type": "array",
           "items": {
            "type": "object",
            "properties": {
             "name": {
              "type": "string"
             },
             "title": {
              "type": "string"
             }
            }
           }
          },
          "refused": {
           "type": "array",
           "description": "For operators: files that are refused as they are now",
           "items": {
            "type": "object",
            "properties": {
             "file": {
              "type": "string"
             },
             "reason": {
              "type": "string"
             }
            }
           }
          },
          "changedAt": {
           "type": "string",
           "format": "date-time"
          }
         }
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/api/v1/layouts/{layout}/preview.png": {
   "parameters": [
    {
     "name": "layout",
     "in": "path",
     "required": true,
     "schema": {
      "type": "string"
     }
    },
    {
     "name": "participants",
     "in": "query",
     "schema": {
      "type": "integer",
      "minimum": 0,
      "maximum": 49,
      "default": 5
     }
    },
    {
     "name": "screen",
     "in": "query",
     "schema": {
      "type": "integer",
      "enum": [
       0,
       1
      ]
     }
    },
    {
     "name": "portrait",
     "in": "query",
     "description": "1: every third camera is upright",
     "schema": {
      "type": "integer",
      "enum": [
       0,
       1
      ]
     }
    },
    {
     "name": "speaking",
     "in": "query",
     "description": "Whose floor it is, from 1; 0: nobody's",
     "schema": {
      "type": "integer",
      "default": 1
     }
    },
    {
     "name": "pinned",
     "in": "query",
     "schema": {
      "type": "integer"
     }
    },
    {
     "name": "size",
     "in": "query",
     "schema": {
      "type": "string",
      "default": "640x360"
     }
    }
   ],
   "get": {
    "summary": "A picture of the layout with people who are not there",
    "tags": [
     "layouts"
    ],
    "responses": {
     "200": {
      "description": "The picture",
      "content": {
       "image/png": {}
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/api/v1/layouts/{layout}": {
   "parameters": [
    {
     "name": "layout",
     "in": "path",
     "required": true,
     "schema": {
      "type": "string"
     }
    }
   ],
   "get": {
    "summary": "A layout as its file has it",
    "tags": [
     "layouts"
    ],
    "responses": {
     "200": {
      "description": "The layout",
      "content": {
       "application/json": {
        "schema": {
         "type": "object"
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/api/v1/rooms/{room}/recordings": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Room"
    }
   ],
   "post": {
    "summary": "Starts a recording",
    "tags": [
     "recordings"
    ],
    "responses": {
     "201": {
      "description": "Started",
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/RecordingState"
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "requestBody": {
     "content": {
      "application/json": {
       "schema": {
        "$ref": "#/components/schemas/RecordingOptions"
       }
      }
     }
    }
   }
  },
  "/api/v1/recordings": {
   "get": {
    "summary": "Recordings, newest first",
    "tags": [
     "recordings"
    ],
    "responses": {
     "200": {
      "description": "A page of manifests",
      "content": {
       "application/json": {
        "schema": {
         "type": "object",
         "properties": {
          "recordings": {
           "type": "array",
           "items": {
            "$ref": "#/components/schemas/Recording"
           }
          },
          "total": {
           "type": "integer",
           "description": "of all pages"
          },
          "next": {
           "type": [
            "string",
            "null"
           ],
           "description": "goes into `after`; null on the last page"
          }
         }
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "parameters": [
     {
      "name": "room",
      "in": "query",
      "description": "of this room only",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "q",
      "in": "query",
      "description": "words that are all in the name, the room or the names of the people; case and the way accents are encoded do not matter",
      "schema": {
       "type": "string",
       "maxLength": 200
      }
     },
     {
      "name": "state",
      "in": "query",
      "description": "one or more of starting, recording, paused, stopping, finishing, ready, failed, and active (all but the last two), separated by commas",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "from",
      "in": "query",
      "description": "started at or after this date or UTC time",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "to",
      "in": "query",
      "description": "started before this date or UTC time",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "limit",
      "in": "query",
      "description": "of the page",
      "schema": {
       "type": "integer",
       "minimum": 1,
       "maximum": 500,
       "default": 100
      }
     },
     {
      "name": "after",
      "in": "query",
      "description": "`next` of the page before",
      "schema": {
       "type": "string"
      }
     }
    ]
   }
  },
  "/api/v1/recordings/{recording}": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Recording"
    }
   ],
   "get": {
    "summary": "A recording's manifest",
    "tags": [
     "recordings"
    ],
    "responses": {
     "200": {
      "description": "The manifest",
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/Recording"
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   },
   "patch": {
    "summary": "Stops (pauses, resumes) a recording",
    "tags": [
     "recordings"
    ],
    "responses": {
     "200": {
      "description": "Its state",
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/RecordingState"
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "requestBody": {
     "content": {
      "application/json": {
       "schema": {
        "type": "object",
        "properties": {
         "state": {
          "enum": [
           "stopped",
           "paused",
           "recording"
          ]
         }
        },
        "required": [
         "state"
        ]
       }
      }
     }
    }
   },
   "delete": {
    "summary": "Deletes a finished recording",
    "tags": [
     "recordings"
    ],
    "responses": {
     "204": {
      "description": "Deleted"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/api/v1/recordings/{recording}/file": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Recording"
    }
   ],
   "get": {
    "summary": "A finished file; ranges as in RFC 9110",
    "tags": [
     "recordings"
    ],
    "parameters": [
     {
      "name": "part",
      "in": "query",
      "description": "of a recording with several",
      "schema": {
       "type": "integer",
       "minimum": 1,
       "default": 1
      }
     },
     {
      "name": "grant",
      "in": "query",
      "description": "from POST …/links, instead of a token",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "token",
      "in": "query",
      "description": "instead of the Authorization header",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "download",
      "in": "query",
      "description": "when given, the browser is to save it",
)json"
R"json(      "schema": {
       "type": "string"
      }
     }
    ],
    "responses": {
     "200": {
      "description": "The file; ETag, Last-Modified, Accept-Ranges, Content-Disposition",
      "content": {
       "video/mp4": {},
       "video/webm": {},
       "audio/mp4": {},
       "audio/ogg": {},
       "audio/wav": {}
      }
     },
     "206": {
      "description": "The range asked for; several as multipart/byteranges",
      "content": {
       "video/mp4": {},
       "video/webm": {},
       "audio/mp4": {},
       "audio/ogg": {},
       "audio/wav": {}
      }
     },
     "304": {
      "description": "Unchanged (If-None-Match, If-Modified-Since)"
     },
     "412": {
      "description": "Changed (If-Match, If-Unmodified-Since)"
     },
     "416": {
      "description": "No such range; Content-Range says how long the file is"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/whip/{room}": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Room"
    }
   ],
   "post": {
    "summary": "Publishes into a room (RFC 9725)",
    "tags": [
     "media"
    ],
    "responses": {
     "201": {
      "description": "The answer, with every candidate of the server. Location is the session's URL.",
      "content": {
       "application/sdp": {
        "schema": {
         "type": "string"
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "requestBody": {
     "content": {
      "application/sdp": {
       "schema": {
        "type": "string"
       }
      }
     }
    },
    "parameters": [
     {
      "name": "name",
      "in": "query",
      "schema": {
       "type": "string"
      },
      "description": "Label"
     },
     {
      "name": "role",
      "in": "query",
      "schema": {
       "$ref": "#/components/schemas/Role"
      }
     }
    ]
   },
   "options": {
    "summary": "CORS and Accept-Post",
    "tags": [
     "media"
    ],
    "responses": {
     "204": {
      "description": ""
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/whip/{room}/{session}": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Room"
    },
    {
     "$ref": "#/components/parameters/Session"
    }
   ],
   "patch": {
    "summary": "Adds candidates",
    "tags": [
     "media"
    ],
    "responses": {
     "204": {
      "description": "Taken"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "requestBody": {
     "content": {
      "application/trickle-ice-sdpfrag": {
       "schema": {
        "type": "string"
       }
      }
     }
    },
    "parameters": [
     {
      "name": "If-Match",
      "in": "header",
      "required": true,
      "schema": {
       "type": "string"
      },
      "description": "ETag of the session"
     }
    ]
   },
   "delete": {
    "summary": "Ends the session",
    "tags": [
     "media"
    ],
    "responses": {
     "200": {
      "description": "Ended"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/whep/{room}": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Room"
    }
   ],
   "post": {
    "summary": "Watches a room",
    "tags": [
     "media"
    ],
    "responses": {
     "201": {
      "description": "The answer, with every candidate of the server. Location is the session's URL.",
      "content": {
       "application/sdp": {
        "schema": {
         "type": "string"
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "requestBody": {
     "content": {
      "application/sdp": {
       "schema": {
        "type": "string"
       }
      }
     }
    },
    "parameters": [
     {
      "name": "name",
      "in": "query",
      "schema": {
       "type": "string"
      },
      "description": "Label"
     },
     {
      "name": "role",
      "in": "query",
      "schema": {
       "$ref": "#/components/schemas/Role"
      }
     }
    ]
   },
   "options": {
    "summary": "CORS and Accept-Post",
    "tags": [
     "media"
    ],
    "responses": {
     "204": {
      "description": ""
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/whep/{room}/{session}": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Room"
    },
    {
     "$ref": "#/components/parameters/Session"
    }
   ],
   "patch": {
    "summary": "Adds candidates",
    "tags": [
     "media"
    ],
    "responses": {
     "204": {
      "description": "Taken"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "requestBody": {
     "content": {
      "application/trickle-ice-sdpfrag": {
       "schema": {
        "type": "string"
       }
      }
     }
    },
    "parameters": [
     {
      "name": "If-Match",
      "in": "header",
      "required": true,
      "schema": {
       "type": "string"
      },
      "description": "ETag of the session"
     }
    ]
   },
   "delete": {
    "summary": "Ends the session",
    "tags": [
     "media"
    ],
    "responses": {
     "200": {
      "description": "Ended"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/healthz": {
   "get": {
    "summary": "Is the process alive?",
    "tags": [
     "operation"
    ],
    "responses": {
     "200": {
      "description": "Yes",
      "content": {
       "text/plain": {}
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "security": []
   }
  },
  "/readyz": {
   "get": {
    "summary": "Does it take new rooms and sessions?",
    "tags": [
     "operation"
    ],
    "responses": {
     "200": {
      "description": "Yes",
      "content": {
       "text/plain": {}
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    },
    "security": []
   }
  },
  "/metrics": {
   "get": {
    "summary": "Prometheus text format",
    "tags": [
     "operation"
    ],
    "responses": {
     "200": {
      "description": "Metrics, tessera_…",
      "content": {
       "text/plain": {}
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/api/v1/recordings/{recording}/poster.jpg": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Recording"
    }
   ],
   "get": {
    "summary": "A picture of the recording",
    "tags": [
     "recordings"
    ],
    "parameters": [
     {
      "name": "grant",
      "in": "query",
      "description": "from POST …/links, instead of a token",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "token",
      "in": "query",
      "description": "instead of the Authorization header",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "download",
      "in": "query",
      "description": "when given, the browser is to save it",
      "schema": {
       "type": "string"
      }
     }
    ],
    "responses": {
     "200": {
      "description": "The file; ETag, Last-Modified, Accept-Ranges, Content-Disposition",
      "content": {
       "image/jpeg": {}
      }
     },
     "206": {
      "description": "The range asked for; several as multipart/byteranges",
      "content": {
       "image/jpeg": {}
      }
     },
     "304": {
      "description": "Unchanged (If-None-Match, If-Modified-Since)"
     },
     "412": {
      "description": "Changed (If-Match, If-Unmodified-Since)"
     },
     "416": {
      "description": "No such range; Content-Range says how long the file is"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/api/v1/recordings/{recording}/strip.jpg": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Recording"
    }
   ],
   "get": {
    "summary": "Thumbnails in one picture",
    "tags": [
     "recordings"
    ],
    "parameters": [
     {
      "name": "grant",
      "in": "query",
      "description": "from POST …/links, instead of a token",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "token",
      "in": "query",
      "description": "instead of the Authorization header",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "download",
      "in": "query",
      "description": "when given, the browser is to save it",
      "schema": {
       "type": "string"
      }
     }
    ],
    "responses": {
     "200": {
      "description": "The file; ETag, Last-Modified, Accept-Ranges, Content-Disposition",
      "content": {
       "image/jpeg": {}
      }
     },
     "206": {
      "description": "The range asked for; several as multipart/byteranges",
      "content": {
       "image/jpeg": {}
      }
     },
     "304": {
      "description": "Unchanged (If-None-Match, If-Modified-Since)"
     },
     "412": {
      "description": "Changed (If-Match, If-Unmodified-Since)"
     },
     "416": {
      "description": "No such range; Content-Range says how long the file is"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/api/v1/recordings/{recording}/strip.vtt": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Recording"
    }
   ],
   "get": {
    "summary": "Which thumbnail is for when: WebVTT with #xywh",
    "tags": [
     "recordings"
    ],
    "parameters": [
     {
      "name": "grant",
      "in": "query",
      "description": "from POST …/links, instead of a token",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "token",
      "in": "query",
      "description": "instead of the Authorization header",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "download",
      "in": "query",
      "description": "when given, the browser is to save it",
      "schema": {
       "type": "string"
      }
     }
    ],
    "responses": {
     "200": {
      "description": "The file; ETag, Last-Modified, Accept-Ranges, Content-Disposition",
      "content": {
       "text/vtt": {}
      }
     },
     "206": {
      "description": "The range asked for; several as multipart/byteranges",
      "content": {
       "text/vtt": {}
      }
     },
     "304": {
      "description": "Unchanged (If-None-Match, If-Modified-Since)"
     },
     "412": {
      "description": "Changed (If-Match, If-Unmodified-Since)"
     },
     "416": {
      "description": "No such range; Content-Range says how long the file is"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/api/v1/recordings/{recording}/chapters.vtt": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Recording"
    }
   ],
   "get": {
    "summary": "Chapters as WebVTT",
    "tags": [
     "recordings"
    ],
    "parameters": [
     {
      "name": "grant",
      "in": "query",
      "description": "from POST …/links, instead of a token",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "token",
      "in": "query",
      "description": "instead of the Authorization header",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "download",
      "in": "query",
      "description": "when given, the browser is to save it",
      "schema": {
       "type": "string"
      }
     }
    ],
    "responses": {
     "200": {
      "description": "The file; ETag, Last-Modified, Accept-Ranges, Content-Disposition",
      "content": {
       "text/vtt": {}
      }
     },
     "206": {
      "description": "The range asked for; several as multipart/byteranges",
      "content": {
       "text/vtt": {}
      }
     },
     "304": {
      "description": "Unchanged (If-None-Match, If-Modified-Since)"
     },
     "412": {
      "description": "Changed (If-Match, If-Unmodified-Since)"
     },
     "416": {
      "description": "No such range; Content-Range says how long the file is"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/api/v1/recordings/{recording}/timeline.jsonl": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Recording"
    }
   ],
   "get": {
    "summary": "The timeline as it was written, a JSON object a line",
    "tags": [
     "recordings"
    ],
    "parameters": [
     {
      "name": "grant",
      "in": "query",
      "description": "from POST …/links, instead of a token",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "token",
      "in": "query",
      "description": "instead of the Authorization header",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "download",
      "in": "query",
      "description": "when given, the browser is to save it",
      "schema": {
       "type": "string"
      }
     }
    ],
    "responses": {
     "200": {
      "description": "The file; ETag, Last-Modified, Accept-Ranges, Content-Disposition",
      "content": {
       "application/x-ndjson": {}
      }
     },
     "206": {
      "description": "The range asked for; several as multipart/byteranges",
      "content": {
       "application/x-ndjson": {}
      }
     },
     "304": {
      "description": "Unchanged (If-None-Match, If-Modified-Since)"
     },
     "412": {
      "description": "Changed (If-Match, If-Unmodified-Since)"
     },
     "416": {
      "description": "No such range; Content-Range says how long the file is"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/api/v1/recordings/{recording}/tracks/{track}": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Recording"
    },
    {
     "name": "track",
     "in": "path",
)json"
R"json(     "required": true,
     "schema": {
      "type": "integer",
      "minimum": 1
     }
    }
   ],
   "get": {
    "summary": "The nth track of the manifest, from 1, as it was received",
    "tags": [
     "recordings"
    ],
    "parameters": [
     {
      "name": "grant",
      "in": "query",
      "description": "from POST …/links, instead of a token",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "token",
      "in": "query",
      "description": "instead of the Authorization header",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "download",
      "in": "query",
      "description": "when given, the browser is to save it",
      "schema": {
       "type": "string"
      }
     }
    ],
    "responses": {
     "200": {
      "description": "The file; ETag, Last-Modified, Accept-Ranges, Content-Disposition",
      "content": {
       "video/x-matroska": {}
      }
     },
     "206": {
      "description": "The range asked for; several as multipart/byteranges",
      "content": {
       "video/x-matroska": {}
      }
     },
     "304": {
      "description": "Unchanged (If-None-Match, If-Modified-Since)"
     },
     "412": {
      "description": "Changed (If-Match, If-Unmodified-Since)"
     },
     "416": {
      "description": "No such range; Content-Range says how long the file is"
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/api/v1/recordings/{recording}/timeline": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Recording"
    }
   ],
   "get": {
    "summary": "What happened when",
    "tags": [
     "recordings"
    ],
    "parameters": [
     {
      "name": "types",
      "in": "query",
      "description": "of events, separated by commas; all when left out",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "grant",
      "in": "query",
      "description": "from POST …/links, instead of a token",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "token",
      "in": "query",
      "description": "instead of the Authorization header",
      "schema": {
       "type": "string"
      }
     }
    ],
    "responses": {
     "200": {
      "description": "Events with their position in recorded time (ms)",
      "content": {
       "application/json": {
        "schema": {
         "type": "object",
         "properties": {
          "parts": {
           "type": "array",
           "items": {
            "type": "object",
            "properties": {
             "n": {
              "type": "integer"
             },
             "startMs": {
              "type": "integer"
             },
             "durationMs": {
              "type": "integer"
             }
            }
           }
          },
          "events": {
           "type": "array",
           "items": {
            "type": "object",
            "properties": {
             "at": {
              "type": "string"
             },
             "part": {
              "type": "integer"
             },
             "ms": {
              "type": "integer"
             },
             "position": {
              "type": "integer"
             },
             "type": {
              "type": "string"
             }
            },
            "additionalProperties": true
           }
          }
         }
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  },
  "/api/v1/recordings/{recording}/links": {
   "parameters": [
    {
     "$ref": "#/components/parameters/Recording"
    }
   ],
   "post": {
    "summary": "Leave to read this recording's files for a while, for addresses that a browser opens by itself",
    "tags": [
     "recordings"
    ],
    "requestBody": {
     "content": {
      "application/json": {
       "schema": {
        "type": "object",
        "properties": {
         "ttlSeconds": {
          "type": "integer",
          "minimum": 1,
          "maximum": 86400,
          "default": 3600
         }
        }
       }
      }
     }
    },
    "responses": {
     "201": {
      "description": "The grant: `?grant=` of the files' addresses",
      "content": {
       "application/json": {
        "schema": {
         "type": "object",
         "properties": {
          "grant": {
           "type": "string"
          },
          "expiresAt": {
           "type": "string"
          },
          "file": {
           "type": "string"
          }
         }
        }
       }
      }
     },
     "default": {
      "$ref": "#/components/responses/Problem"
     }
    }
   }
  }
 },
 "components": {
  "securitySchemes": {
   "bearer": {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT"
   }
  },
  "parameters": {
   "Room": {
    "name": "room",
    "in": "path",
    "required": true,
    "schema": {
     "type": "string",
     "pattern": "^[A-Za-z0-9_-]{1,64}$"
    }
   },
   "Participant": {
    "name": "participant",
    "in": "path",
    "required": true,
    "schema": {
     "type": "string"
    }
   },
   "Recording": {
    "name": "recording",
    "in": "path",
    "required": true,
    "schema": {
     "type": "string"
    }
   },
   "Session": {
    "name": "session",
    "in": "path",
    "required": true,
    "schema": {
     "type": "string"
    }
   }
  },
  "responses": {
   "Problem": {
    "description": "What went wrong",
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   }
  },
  "schemas": {
   "Problem": {
    "type": "object",
    "properties": {
     "type": {
      "type": "string"
     },
     "title": {
      "type": "string"
     },
     "status": {
      "type": "integer"
     },
     "detail": {
      "type": "string"
     },
     "code": {
      "type": "string"
     }
    },
    "required": [
     "title",
     "status",
     "code"
    ]
   },
   "Role": {
    "enum": [
     "viewer",
     "speaker",
     "operator",
     "admin"
    ]
   },
   "RoomSummary": {
    "type": "object",
    "properties": {
     "id": {
      "type": "string"
     },
     "state": {
      "enum": [
       "opening",
       "open"
      ]
     },
     "connections": {
      "type": "integer"
     },
     "pid": {
      "type": "integer"
     },
     "startedAt": {
      "type": "string",
      "format": "date-time"
     }
    }
   },
   "Announcement": {
    "type": "object",
    "properties": {
     "id": {
      "type": "string"
     },
     "file": {
      "type": "string"
     },
     "builtin": {
      "type": "string"
     },
     "to": {
      "type": "string",
      "description": "A participant; absent: the room"
     },
     "state": {
      "type": "string",
      "enum": [
       "waiting",
       "playing",
       "stopping",
       "ended",
       "stopped"
      ]
     },
     "purpose": {
      "type": "string",
      "description": "recording: it says that this is being recorded"
     },
     "durationMs": {
      "type": "integer"
     },
     "positionMs": {
      "type": "integer"
     }
    }
   },
   "AnnouncementOrder": {
    "type": "object",
    "description": "One of file and builtin",
    "properties": {
     "file": {
      "type": "string",
      "description": "A file in the folder of announcements"
     },
     "builtin": {
      "type": "string",
      "enum": [
       "recording",
       "join",
       "leave"
      ]
     },
     "to": {
      "type": "string",
      "description": "A participant; absent: the room"
     },
     "gain": {
      "type": "number",
      "minimum": 0,
      "maximum": 4
     },
     "duckDb": {
      "type": "number",
      "minimum": 0,
      "maximum": 60
     },
     "attackMs": {
      "type": "number",
      "minimum": 0,
      "maximum": 10000
     },
     "releaseMs": {
      "type": "number",
      "minimum": 0,
      "maximum": 10000
     }
    }
   },
   "RoomSettings": {
    "type": "object",
    "properties": {
     "layout": {
      "type": "string"
     },
     "audio": {
      "type": "object",
      "description": "Only as the room opens",
      "properties": {
       "mode": {
        "enum": [
         "speech",
         "music"
        ]
       }
      }
     },
     "chimes": {
      "type": "boolean"
     },
     "width": {
      "type": "integer",
      "description": "Of the canvas, in pixels; even",
      "minimum": 64,
      "maximum": 4096,
      "multipleOf": 2
     },
     "height": {
      "type": "integer",
      "description": "Of the canvas, in pixels; even",
      "minimum": 64,
      "maximum": 4096,
      "multipleOf": 2
     },
     "framerate": {
      "type": "integer",
      "minimum": 1,
      "maximum": 60
     }
    }
   },
   "RoomChanges": {
    "type": "object",
    "properties": {
     "layout": {
      "type": "string"
     },
     "chimes": {
      "type": "boolean"
     }
    }
   },
   "Room": {
    "type": "object",
    "properties": {
     "id": {
      "type": "string"
     },
     "participants": {
      "type": "array",
      "items": {
       "$ref": "#/components/schemas/Participant"
      }
     },
     "layout": {
      "$ref": "#/components/schemas/LayoutState"
     },
     "layouts": {
      "type": "array",
      "items": {
       "type": "object",
       "properties": {
        "name": {
         "type": "string"
        },
        "title": {
         "type": "string"
        }
       }
      }
     },
     "encoders": {
      "type": "array",
      "items": {
       "type": "object",
       "properties": {
        "codec": {
         "type": "string"
        },
        "consumers": {
         "type": "integer"
        },
        "frames": {
         "type": "integer"
        },
        "bitrate": {
         "type": "number"
        }
       }
      }
     },
     "recordings": {
      "type": "array",
      "items": {
       "$ref": "#/components/schemas/RecordingState"
      }
     },
     "streams": {
      "type": "array",
      "items": {
       "type": "object"
      }
     },
     "audio": {
      "type": "object",
      "properties": {
       "mode": {
        "enum": [
         "speech",
         "music"
        ]
       },
       "bitrate": {
        "type": "integer"
       },
       "channels": {
        "type": "integer"
       }
      }
     },
     "speakers": {
      "type": "array",
      "items": {
       "type": "string"
      }
     },
     "pid": {
      "type": "integer"
     },
     "startedAt": {
      "type": "string"
     },
     "canvas": {
      "type": "object",
      "properties": {
       "width": {
        "type": "integer"
       },
       "height": {
        "type": "integer"
       },
       "framerate": {
        "type": "number"
       }
      }
     }
    }
   },
   "Participant": {
    "type": "object",
    "properties": {
     "id": {
      "type": "string"
     },
     "name": {
      "type": "string"
     },
     "role": {
      "$ref": "#/components/schemas/Role"
     },
     "kind": {
      "enum": [
       "participant",
       "publisher",
       "viewer"
      ]
     },
     "audio": {
      "type": "boolean"
     },
     "video": {
      "type": "boolean"
     },
     "hand": {
      "type": "boolean"
     },
     "screen": {
      "type": "boolean"
     },
     "muted": {
      "type": "boolean"
     },
     "gain": {
      "type": "number"
     },
     "held": {
      "type": "boolean"
     },
     "noiseSuppression": {
      "type": "boolean"
     },
     "autoGain": {
      "type": "boolean"
     },
     "pinned": {
      "type": "boolean"
     },
     "talking": {
      "type": "boolean"
     },
     "state": {
      "enum": [
       "connecting",
       "connected",
       "detached"
      ]
     },
     "joinedAt": {
      "type": "string"
     }
    }
   },
   "ParticipantChanges": {
    "type": "object",
    "properties": {
     "muted": {
      "type": "boolean"
     },
     "gain": {
      "type": "number",
      "minimum": 0,
      "maximum": 4
     },
     "held": {
      "type": "boolean"
     },
     "noiseSuppression": {
      "type": "boolean"
     },
     "autoGain": {
      "type": "boolean"
     },
     "pinned": {
      "type": "boolean"
     },
     "role": {
      "$ref": "#/components/schemas/Role"
     },
     "name": {
      "type": "string"
     }
    }
   },
   "LayoutState": {
    "type": "object",
    "properties": {
     "name": {
      "type": "string"
     },
     "width": {
      "type": "integer"
     },
     "height": {
      "type": "integer"
     },
     "placements": {
      "type": "array",
      "items": {
       "type": "object",
       "properties": {
        "participant": {
         "type": "string"
        },
        "kind": {
         "type": "string"
        },
        "x": {
         "type": "integer"
        },
        "y": {
         "type": "integer"
        },
        "w": {
         "type": "integer"
        },
        "h": {
         "type": "integer"
        }
       }
      }
     }
    }
   },
   "RecordingOptions": {
    "type": "object",
    "description": "What is left out is as configured; null or 0 takes a configured limit away",
    "properties": {
     "name": { "type": "string", "maxLength": 200 },
     "format": { "type": "string", "enum": ["mp4", "mp4-opus", "webm", "m4a", "opus", "wav"] },
     "tracks": { "type": "boolean", "description": "Everybody's sound and picture as received, too" },
     "splitMs": { "type": ["integer", "null"], "description": "A new file after this long" },
     "splitBytes": { "type": ["integer", "null"], "description": "A new file after this many bytes" },
     "maxDurationMs": { "type": ["integer", "null"], "description": "Ends by itself after this much recorded time" },
     "announce": { "type": "boolean", "description": "Tells the room that it is recorded" },
     "loudness": { "type": ["number", "null"], "description": "LUFS that the finished sound is brought to" }
    }
   },
   "RecordingState": {
    "type": "object",
    "properties": {
     "id": {
      "type": "string"
     },
     "state": {
      "enum": [
       "starting",
       "recording",
       "paused",
       "stopping",
       "finishing",
       "ready",
       "failed"
      ]
     },
     "startedAt": {
      "type": "string"
     }
    }
   },
   "Recording": {
    "type": "object",
    "properties": {
     "id": {
      "type": "string"
     },
     "room": {
      "type": "string"
     },
     "state": {
      "type": "string"
     },
     "startedAt": {
      "type": "string"
     },
     "endedAt": {
      "type": "string"
     },
     "durationMs": {
      "type": "number"
     },
     "bytes": {
      "type": "integer"
     },
     "sha256": {
      "type": "string"
     },
     "recovered": {
      "type": "boolean"
     },
     "files": {
      "type": "array",
      "items": {}
     },
     "name": {
      "type": "string"
     },
     "format": {
      "enum": [
       "mp4",
       "mp4-opus",
       "webm",
       "m4a",
       "opus",
       "wav"
      ]
     },
     "parts": {
      "type": "array",
      "items": {
       "type": "object",
       "properties": {
        "n": {
         "type": "integer"
        },
        "file": {
         "type": "string"
        },
        "startedAt": {
         "type": "string"
        },
        "startMs": {
         "type": "integer"
        },
        "durationMs": {
         "type": "integer"
        },
        "bytes": {
         "type": "integer"
        },
        "sha256": {
         "type": "string"
        },
        "width": {
         "type": "integer"
        },
        "height": {
         "type": "integer"
        },
        "reason": {
         "type": "string"
        }
       }
      }
     },
     "gaps": {
      "type": "array",
      "items": {
       "type": "object",
       "properties": {
        "from": {
         "type": "string"
        },
        "to": {
         "type": "string"
        },
        "atMs": {
         "type": "integer"
        },
        "reason": {
         "enum": [
          "paused",
          "crash",
          "no-disk"
         ]
        }
       }
      }
     },
     "participants": {
      "type": "array",
      "items": {
       "type": "object",
       "properties": {
        "id": {
         "type": "string"
        },
        "name": {
         "type": "string"
        },
        "role": {
         "type": "string"
        },
        "joinedAt": {
         "type": "string"
        },
        "leftAt": {
         "type": "string"
        }
       }
      }
     },
     "tracks": {
      "type": "array",
      "items": {
       "type": "object",
       "properties": {
        "file": {
         "type": "string"
        },
        "participant": {
         "type": "string"
        },
        "name": {
         "type": "string"
        },
        "kind": {
         "type": "string"
        },
        "startMs": {
         "type": "integer"
        },
        "bytes": {
         "type": "integer"
        }
       }
      }
     },
     "chapters": {
      "type": "string",
      "description": "when there is a chapters.vtt"
     },
     "poster": {
      "type": "string",
)json"
R"json(      "description": "when there is a poster.jpg"
     },
     "strip": {
      "type": "string",
      "description": "when there is a strip.jpg"
     },
     "endReason": {
      "type": "string"
     }
    }
   }
  }
 }
}
)json";
}
// clang-format on

}  // namespace tessera::server
