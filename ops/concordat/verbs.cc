// Every verb of the tool, in the order in which help lists them.
#include "ops/concordat/verbs.h"

namespace concordat::ops {

std::vector<Verb> all_verbs() {
  return {
      keys_new(),
      keys_show(),
      party_request(),
      broker_request(),
      directory_propose(),
      directory_sign(),
      directory_check(),
      directory_show(),
      directory_adopt(),
      agreement_check(),
      agreement_explain(),
      agreement_render(),
      agreement_test(),
      agreement_sign(),
      agreement_adopt(),
      agreement_list(),
      agreement_register(),
      event_explain(),
      log_show(),
      mailbox_list(),
      mailbox_parked(),
      mailbox_retry(),
      store_check(),
      status(),
      demo_make(),
  };
}

}  // namespace concordat::ops
