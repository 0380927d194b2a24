package fieldtest

import (
	"context"
	"errors"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/office/ledger"
	"leeward/internal/screening"
)

func (m *Records) Device(_ context.Context, id screening.DeviceID, epoch uint64) (casework.Enrolled, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	for _, d := range m.Devices {
		if d.ID == id && d.Epoch == epoch {
			return d, nil
		}
	}
	return casework.Enrolled{}, screening.Fail(screening.ESig, errors.New("no such device"))
}

func (m *Records) DeviceOf(_ context.Context, key [32]byte) (casework.Enrolled, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	for _, d := range m.Devices {
		if d.TLSKey == key {
			return d, nil
		}
	}
	return casework.Enrolled{}, screening.Fail(screening.ESig, errors.New("no such key"))
}

func (m *Records) Admit(_ context.Context, a casework.Admission) (casework.Enrolled, []byte, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if err := m.step("Admit"); err != nil {
		return casework.Enrolled{}, nil, err
	}
	used, ok := m.Codes[a.Code]
	if !ok {
		return casework.Enrolled{}, nil, screening.Fail(screening.ECode, errors.New("unknown code"))
	}
	for _, d := range m.Devices {
		if d.SignKey == a.SignKey && d.TLSKey == a.TLSKey && used.SignKey == a.SignKey {
			return d, m.grants[d.SignKey], nil
		}
		if d.SignKey == a.SignKey || d.TLSKey == a.TLSKey {
			return casework.Enrolled{}, nil, screening.Fail(screening.ECode, errors.New("key in use"))
		}
	}
	if used.SignKey != [32]byte{} {
		return casework.Enrolled{}, nil, screening.Fail(screening.ECode, errors.New("used code"))
	}
	m.Codes[a.Code] = a
	d := casework.Enrolled{
		ID: screening.NewDeviceID(), Epoch: 1, Current: true, SignKey: a.SignKey, TLSKey: a.TLSKey, SealTo: a.SealTo, Enrolled: a.At,
	}
	m.Devices = append(m.Devices, d)
	root, err := ledger.Root(m.Log.Size(), m.Log.Read)
	if err != nil {
		return casework.Enrolled{}, nil, err
	}
	grant, entry, err := a.Grant(d, m.Log.Size(), root)
	if err != nil {
		return casework.Enrolled{}, nil, err
	}
	m.Log.Enter(entry)
	m.grants[d.SignKey] = grant
	return d, grant, nil
}

func (m *Records) Enrolled(context.Context) (list []casework.Enrolled, err error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	for _, d := range m.Devices {
		if d.Current && d.Revoked.IsZero() {
			list = append(list, d)
		}
	}
	return list, nil
}

// Revoke ends the trust in a device.
func (m *Records) Revoke(id screening.DeviceID, at time.Time) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	for i := range m.Devices {
		if m.Devices[i].ID == id {
			m.Devices[i].Revoked = at
		}
	}
}
