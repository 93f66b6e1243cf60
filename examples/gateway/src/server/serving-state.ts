/** What requests are told of the process that answers them. One object for as long as it serves. */
export interface ServingState {
  /** From SIGTERM on: what is under way is answered, and load balancers are told to send nothing more. */
  isDraining: boolean
}
