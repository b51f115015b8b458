// The verbs: one function each, in a file of its name. verbs.cc lists them.
#pragma once

#include "ops/concordat/verb.h"

namespace concordat::ops {

Verb keys_new();
Verb keys_show();
Verb party_request();
Verb broker_request();
Verb directory_propose();
Verb directory_sign();
Verb directory_check();
Verb directory_show();
Verb directory_adopt();
Verb agreement_check();
Verb agreement_explain();
Verb agreement_render();
Verb agreement_register();
Verb agreement_test();
Verb agreement_sign();
Verb agreement_adopt();
Verb agreement_list();
Verb event_explain();
Verb log_show();
Verb mailbox_list();
Verb mailbox_parked();
Verb mailbox_retry();
Verb store_check();
Verb status();
Verb demo_make();

}  // namespace concordat::ops
