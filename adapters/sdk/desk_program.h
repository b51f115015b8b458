// A program that reads at a desk: command line, keep, session, the loop around it, and the steps of people. What a desk does with what
// it is granted is a DeskProgram; everything else is the same in all of them.
#pragma once

#include <string>

#include "adapters/sdk/command.h"
#include "adapters/sdk/reading.h"
#include "adapters/sdk/settings.h"

namespace concordat::sdk {

class DeskProgram {
 public:
  /// What the loop is run with.
  struct Configured {
    Settings shared;
    std::string desk;   ///< Name in the directory.
  };
  /// What a desk works with; all of it outlives the desk.
  struct With {
    keep::Keep& keep;
    Entropy& entropy;
    Clock& clock;
    observe::Log& log;
    bool live = false;
  };
  virtual ~DeskProgram() = default;

  virtual Program about() const = 0;
  /// Reads the whole configuration, and the tables that it names. Opens nothing else.
  virtual Result<Configured> configure(const std::string& file) = 0;
  /// Whether the configuration is one for this environment.
  virtual Result<int> fits(bool live) const;
  /// What --check-config tries beside the configuration, keys and directory; and the words for what is in order.
  virtual Result<std::string> check() const = 0;
  /// Takes down what one of its people did, for the running program.
  virtual Result<int> step(const Command& command, keep::Keep& keep, Instant now) = 0;
  /// Opens the desk, as long as the program, and begins to listen if it does.
  virtual Result<Desk*> open(const With& with) = 0;
  /// Between two turns of the session: what is due. True: more is. Corrupt ends the program; after any other error it is tried again.
  virtual Result<bool> work() = 0;
  /// Once a day.
  virtual void daily(Instant) {}
  /// The session has ended: what waits for an answer gets none.
  virtual void close() {}
};

/// The program's main: its exit code.
int serve_desk(int argc, char** argv, DeskProgram& program);

}  // namespace concordat::sdk
