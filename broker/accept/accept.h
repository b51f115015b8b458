// accept: sessions begin and end here, and credit is given. Who may publish and read is the directory's to say.
#pragma once

#include "broker/core/turn.h"

namespace concordat::broker {

/// Hello: checks version, environment, client, adapter, desks and keys against the directory; welcomes or refuses.
/// A newer session of the same client, or for the same desk, replaces the older.
void open_session(Turn& turn, const Opened& opened);
/// The session is gone: its desks' leases wait again at once, and a CloseSession has its keys forgotten.
void close_session(Turn& turn, SessionId session);
/// The directory changed: whoever would not be welcomed any more, as client, for an adapter, a desk or a desk's key, is out at once.
void bar_sessions(Turn& turn);
/// True if one of the broker's listed keys signed that its log held this. Cost: a verification a key.
bool signed_here(const wire::SignedMark& seen, const directory::Broker& broker);
void give_credit(Turn& turn, const CreditGiven& given);

}  // namespace concordat::broker
