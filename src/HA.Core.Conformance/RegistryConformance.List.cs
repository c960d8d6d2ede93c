namespace HA.Core.Conformance;

// Listed by hand, without reflection: a provider's tests may be compiled ahead of time.
public abstract partial class RegistryConformance
{
    private ConformanceLaw[] ListLaws() =>
    [
        new(1, nameof(Law01_Registered_IsDiscoveredByEveryReader), Law01_Registered_IsDiscoveredByEveryReader),
        new(1, nameof(Law01_EveryValue_SurvivesTheRoundTrip), Law01_EveryValue_SurvivesTheRoundTrip),
        new(1, nameof(Law01_IdsThatLookAlike_StayApartInOrdinalOrder), Law01_IdsThatLookAlike_StayApartInOrdinalOrder),
        new(1, nameof(Law01_OwnersAtOnce_LoseNothing), Law01_OwnersAtOnce_LoseNothing),
        new(2, nameof(Law02_SameOwnerAgain_ReplacesAndKeepsRegistrationTime), Law02_SameOwnerAgain_ReplacesAndKeepsRegistrationTime),
        new(2, nameof(Law02_SameOwnerAgain_RenewsTheLease), Law02_SameOwnerAgain_RenewsTheLease),
        new(3, nameof(Law03_TwoRegistrations_EndIndependently), Law03_TwoRegistrations_EndIndependently),
        new(3, nameof(Law03_Deregistering_TakesNoOtherEntry), Law03_Deregistering_TakesNoOtherEntry),
        new(4, nameof(Law04_UnrenewedEntry_IsGoneWithinBounds), Law04_UnrenewedEntry_IsGoneWithinBounds),
        new(4, nameof(Law04_TooShortTimeToLive_IsRaisedAndSaid), Law04_TooShortTimeToLive_IsRaisedAndSaid),
        new(4, nameof(Law04_TimeToLive_IsNeverShorterThanAsked), Law04_TimeToLive_IsNeverShorterThanAsked),
        new(5, nameof(Law05_RenewedEntry_OutlivesItsTimeToLive), Law05_RenewedEntry_OutlivesItsTimeToLive),
        new(5, nameof(Law05_RenewingTheExpired_IsLostAndCreatesNothing), Law05_RenewingTheExpired_IsLostAndCreatesNothing),
        new(5, nameof(Law05_RenewingTheDeregistered_IsLostAndCreatesNothing), Law05_RenewingTheDeregistered_IsLostAndCreatesNothing),
        new(6, nameof(Law06_Deregistered_IsGoneBeforeTheCallReturns), Law06_Deregistered_IsGoneBeforeTheCallReturns),
        new(6, nameof(Law06_DeregisteringAgain_DoesNothing), Law06_DeregisteringAgain_DoesNothing),
        new(7, nameof(Law07_TakeOver_ReplacesTheFormerOwner), Law07_TakeOver_ReplacesTheFormerOwner),
        new(7, nameof(Law07_FormerOwner_DeregistersNothing), Law07_FormerOwner_DeregistersNothing),
        new(7, nameof(Law07_FormerLease_EndsWithoutTheNewEntry), Law07_FormerLease_EndsWithoutTheNewEntry),
        new(8, nameof(Law08_WithoutTakeOver_TheLivingOwnerStays), Law08_WithoutTakeOver_TheLivingOwnerStays),
        new(8, nameof(Law08_WithoutTakeOver_AFreeIdIsTaken), Law08_WithoutTakeOver_AFreeIdIsTaken),
        new(8, nameof(Law08_OwnersAtOnce_OneWins), Law08_OwnersAtOnce_OneWins),
        new(9, nameof(Law09_UnknownService_IsEmpty), Law09_UnknownService_IsEmpty),
        new(9, nameof(Law09_ServicesWithSimilarNames_StayApart), Law09_ServicesWithSimilarNames_StayApart),
        new(9, nameof(Law09_HostileName_IsRefused), Law09_HostileName_IsRefused),
        new(10, nameof(Law10_Watch_BeginsWithTheCurrentCatalog), Law10_Watch_BeginsWithTheCurrentCatalog),
        new(10, nameof(Law10_WatchOfAnUnknownService_BeginsEmpty), Law10_WatchOfAnUnknownService_BeginsEmpty),
        new(11, nameof(Law11_EveryKindOfChange_ReachesAWatchStartedBefore), Law11_EveryKindOfChange_ReachesAWatchStartedBefore),
        new(11, nameof(Law11_Expiry_ReachesTheWatch), Law11_Expiry_ReachesTheWatch),
        new(11, nameof(Law11_SlowReader_SeesTheLastState), Law11_SlowReader_SeesTheLastState),
        new(11, nameof(Law11_TwoWatchers_EndWithTheSameState), Law11_TwoWatchers_EndWithTheSameState),
        new(11, nameof(Law11_DiscoveredRevision_GrowsWithEveryChange), Law11_DiscoveredRevision_GrowsWithEveryChange),
        new(12, nameof(Law12_QuietWatch_DoesNotEndByItself), Law12_QuietWatch_DoesNotEndByItself),
        new(12, nameof(Law12_CancelledWatch_EndsPromptly), Law12_CancelledWatch_EndsPromptly),
        new(12, nameof(Law12_CancelledWatch_LeavesTheOthers), Law12_CancelledWatch_LeavesTheOthers),
        new(13, nameof(Law13_Deregistered_IsNamedAsDeparted), Law13_Deregistered_IsNamedAsDeparted),
        new(13, nameof(Law13_Departure_IsRememberedThroughOtherChanges), Law13_Departure_IsRememberedThroughOtherChanges),
        new(13, nameof(Law13_RegisteredAgain_IsNoLongerDeparted), Law13_RegisteredAgain_IsNoLongerDeparted),
        new(13, nameof(Law13_Expired_IsNeverDeparted), Law13_Expired_IsNeverDeparted),
        new(13, nameof(Law13_DeregisteredAfterExpiry_IsNoDeparture), Law13_DeregisteredAfterExpiry_IsNoDeparture),
    ];
}
